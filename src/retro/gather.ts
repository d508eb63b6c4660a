import { ACTION_FACTS } from '../action/index.ts';
import type { MemberNotice, Page, PartnerContact } from '../action/nouns.ts';
import type { Alert } from '../alert/alert.ts';
import type { Entry } from '../core/journal.ts';
import { INCIDENT_FACTS, timelineOf } from '../incident/index.ts';
import type { Incident } from '../incident/incident.ts';
import type { RetroLoss } from './losses.ts';
import type { RetroFacts } from './retro.ts';

/** What the facts are read from. */
export interface RetroSources {
  readonly incident: Incident;
  /** The incident's journal rows; corrections among them are applied. */
  readonly entries: readonly Entry[];
  readonly alerts: readonly Alert[];
  readonly pages: readonly Page[];
  readonly notices: readonly MemberNotice[];
  readonly contacts: readonly PartnerContact[];
  readonly observations: number;
  readonly losses: readonly RetroLoss[];
  /** The partner behind an alert's source, or null. */
  readonly partnerOf: (alertSource: string) => string | null;
}

/** Gathers an incident's facts. Where a person corrected an instant in the timeline, the corrected one counts. */
export function gatherFacts(from: RetroSources): RetroFacts {
  const { incident, alerts, pages } = from;
  const rows = timelineOf(from.entries);
  const at = (fact: string): number[] => rows.filter((row) => row.fact === fact).map((row) => row.at);
  const ends = alerts.map(({ resolvedAt }) => resolvedAt);
  const people = new Set(pages.map(({ person }) => person));
  return {
    startedAt: incident.startedAt,
    firstAlertAt: earliest(alerts.map(({ firedAt }) => firedAt)),
    openedAt: earliest(at(INCIDENT_FACTS.opened)) ?? incident.openedAt,
    firstPageAt: earliest(pages.map(({ handedOverAt }) => handedOverAt)),
    acceptedAt: earliest(at(INCIDENT_FACTS.accepted)),
    firstMemberNoticeAt: earliest(from.notices.map(({ publishedAt }) => publishedAt)),
    partnerContactedAt: earliest(from.contacts.map(({ handedOverAt }) => handedOverAt)),
    partnerNoticeAt: earliest(
      alerts.filter(({ source }) => from.partnerOf(source) !== null).map(({ firedAt }) => firedAt),
    ),
    // A playbook's verification is proof that members are served again, often long before the failed part is back.
    recoveredAt: latest(at(ACTION_FACTS.playbookRecovered)) ?? (ends.includes(null) ? null : latest(ends)),
    resolvedAt: incident.resolvedAt === null ? null : (latest(at(INCIDENT_FACTS.resolved)) ?? incident.resolvedAt),
    alerts: alerts.length,
    pages: pages.length,
    observations: from.observations,
    escalations: Math.max(0, people.size - 1),
    losses: from.losses,
  };
}

function earliest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null);
}

function latest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)), null);
}
