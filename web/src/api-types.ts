/** The API's types, read from the contract shared with the server. Types only: the validator stays out of the bundle. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';

type Of<Name extends keyof typeof contract> = (typeof contract)[Name] extends z.ZodType
  ? z.output<(typeof contract)[Name]>
  : never;

export type Me = Of<'me'>;
export type Person = Of<'person'>;
export type TokenView = Of<'tokenView'>;
export type TokenCreated = Of<'tokenCreated'>;
export type AlertView = Of<'alertView'>;
export type AlertPage = Of<'alertPage'>;
export type Matcher = Of<'matcher'>;
export type SilenceView = Of<'silenceView'>;
export type MaintenanceView = Of<'maintenanceView'>;
export type IncidentView = Of<'incidentView'>;
export type IncidentPage = Of<'incidentPage'>;
export type IncidentDetail = Of<'incidentDetail'>;
export type IncidentEvidence = Of<'incidentEvidence'>;
export type EvidenceLink = Of<'evidenceLink'>;
export type TopologyView = Of<'topologyView'>;
export type EdgeView = Of<'edgeView'>;
export type TimelineEntry = Of<'timelineEntry'>;
export type ObservationView = Of<'observationView'>;
export type ObservationPage = Of<'observationPage'>;
export type ChainView = Of<'chainView'>;
export type PageView = Of<'pageView'>;
export type DeliveryView = Of<'deliveryView'>;
export type PushDeviceList = Of<'pushDeviceList'>;
export type NoticeView = Of<'noticeView'>;
export type PartnerContactView = Of<'partnerContactView'>;
export type PlaybookRunView = Of<'playbookRunView'>;
export type TicketView = Of<'ticketView'>;
export type TicketPage = Of<'ticketPage'>;
export type TicketDetail = Of<'ticketDetail'>;
export type ImprovementView = Of<'improvementView'>;
export type ImprovementList = Of<'improvementList'>;
export type Now = Of<'now'>;
export type HealthCell = Of<'healthCell'>;
export type DutyNow = Of<'dutyNow'>;
export type DutyPlan = Of<'dutyPlan'>;
export type DutyShift = Of<'dutyShift'>;
export type IndicatorList = Of<'indicatorList'>;
export type IndicatorView = Of<'indicatorView'>;
export type IndicatorSeries = Of<'indicatorSeries'>;
export type LevelSeries = Of<'levelSeries'>;
export type RetroView = Of<'retroView'>;
export type RetroList = Of<'retroList'>;
export type RetroDetail = Of<'retroDetail'>;
export type RuleDefinitionList = Of<'ruleDefinitionList'>;
export type RuleList = Of<'ruleList'>;
export type RuleGroupView = Of<'ruleGroupView'>;
export type RuleView = Of<'ruleView'>;
export type PublicStatus = Of<'publicStatus'>;
export type Problem = Of<'problem'>;
export type StreamEvent = Of<'streamEvent'>;
