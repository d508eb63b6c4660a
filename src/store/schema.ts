import type { Account, Session, Token } from '../access/account.ts';
import type { IncidentCare, IncidentHandover, SlaClock } from '../action/care/nouns.ts';
import type {
  ChainRun,
  Delivery,
  DutyAbsence,
  DutyCall,
  DutyFeed,
  DutyHandover,
  DutyOverride,
  DutySwap,
  MemberNotice,
  Page,
  PartnerContact,
  PlaybookRun,
  PushDevice,
  TemporaryDuty,
} from '../action/nouns.ts';
import type { Alert, Maintenance, MaintenancePlan, Silence } from '../alert/alert.ts';
import type { InhibitSide } from '../alert/ports.ts';
import type { Forecast, ForecastPoints, LevelEvent } from '../expectation/given/nouns.ts';
import type { Loss } from '../expectation/loss/noun.ts';
import type { BacktestRun } from '../improvement/backtest-run.ts';
import type { Definition } from '../improvement/definition.ts';
import type { Improvement } from '../improvement/improvement.ts';
import type { Edge } from '../incident/edge.ts';
import type { Incident, Link } from '../incident/incident.ts';
import type { AlarmRecord, AlarmTask, LedgerRow, PartnerHub, PartnerLink, PartnerTicket } from '../partner/nouns.ts';
import type { RecordedChange } from '../incident/ports.ts';
import type { Retro } from '../retro/retro.ts';
import type { Heartbeat, Observation, Quarantined, Signal, PingUrl } from '../signal/signal.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { StatusPage } from '../signal/status-page/entry.ts';
import type { RowOf } from './codec.ts';

/** One fact. `data` is JSON. `sequence` and `hash` are null until the row is sealed. */
export interface JournalRow {
  id: string;
  at: number;
  recorded_at: number;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  fact: string;
  subject_kind: string;
  subject_id: string;
  incident_id: string | null;
  cause_id: string | null;
  summary: string;
  reason: string | null;
  data: string;
  sequence: number | null;
  hash: string | null;
}

/** The end of the sealed chain. One row; whoever seals holds it. */
interface JournalHeadRow {
  id: string;
  sequence: number;
  hash: string;
}

/** A row of work. Rows that are done are deleted: the journal keeps what happened. */
export interface WorkRow {
  id: string;
  kind: string;
  key: string;
  due_at: number;
  /** When it may be claimed: the due instant, or the end of the lease while somebody holds it. */
  ready_at: number;
  priority: number;
  payload: string;
  cause_id: string | null;
  attempts: number;
  fence: number;
  /** `running` is seen only inside the transaction that settles the row. */
  state: 'open' | 'running' | 'quarantined';
  lease_owner: string | null;
  last_error: string | null;
  /** How often the same work was asked for again. */
  touched: number;
  created_at: number;
}

/** Every table, for kysely. */
export interface Database {
  account: RowOf<Account>;
  session: RowOf<Session>;
  token: RowOf<Token>;
  setting: { name: string; value: string };
  signal: RowOf<Signal>;
  heartbeat: RowOf<Heartbeat>;
  ping_url: RowOf<PingUrl>;
  observation: RowOf<Observation>;
  quarantined: RowOf<Quarantined>;
  status_page: RowOf<StatusPage>;
  alert: RowOf<Alert>;
  silence: RowOf<Silence>;
  maintenance: RowOf<Maintenance>;
  maintenance_plan: RowOf<MaintenancePlan>;
  inhibition: RowOf<InhibitSide>;
  alert_group: { id: string; told_at: number };
  incident: RowOf<Incident>;
  incident_link: RowOf<Link>;
  incident_key: { key: string; incident_id: string };
  incident_signature: { incident_id: string; signature: string };
  incident_ranking: {
    incident_id: string;
    at: number;
    abstained: string | null;
    causes: string;
    measured: number;
    measures: string | null;
  };
  correlation_lesson: {
    id: string;
    a: string;
    b: string;
    verdict: string;
    learnt_from: string;
    incident_id: string;
    at: number;
  };
  change_event: RowOf<RecordedChange>;
  topology_edge: RowOf<Edge>;
  duty_override: RowOf<DutyOverride>;
  temporary_duty: RowOf<TemporaryDuty>;
  duty_absence: RowOf<DutyAbsence>;
  duty_swap: RowOf<DutySwap>;
  duty_handover: RowOf<DutyHandover>;
  duty_call: RowOf<DutyCall>;
  duty_feed: RowOf<DutyFeed>;
  incident_care: RowOf<IncidentCare>;
  incident_handover: RowOf<IncidentHandover>;
  sla_clock: RowOf<SlaClock>;
  chain_run: RowOf<ChainRun>;
  page: RowOf<Page>;
  delivery: RowOf<Delivery>;
  push_device: RowOf<PushDevice>;
  member_notice: RowOf<MemberNotice>;
  partner_contact: RowOf<PartnerContact>;
  playbook_run: RowOf<PlaybookRun>;
  ticket: RowOf<Ticket>;
  partner_alarm: RowOf<AlarmRecord>;
  partner_task: RowOf<AlarmTask>;
  partner_hub: RowOf<PartnerHub>;
  partner_link: RowOf<PartnerLink>;
  partner_ticket: RowOf<PartnerTicket>;
  partner_ledger: RowOf<LedgerRow>;
  retro: RowOf<Retro>;
  improvement: RowOf<Improvement>;
  forecast: RowOf<Forecast>;
  forecast_points: RowOf<ForecastPoints>;
  level_event: RowOf<LevelEvent>;
  loss: RowOf<Loss>;
  backtest_run: RowOf<BacktestRun>;
  /** CSV of back-tests: what was handed in, and what came out. */
  backtest_text: { run_id: string; part: 'input' | 'rows'; content: string };
  definition: RowOf<Definition>;
  journal: JournalRow;
  journal_head: JournalHeadRow;
  work: WorkRow;
  counter: { name: string; value: number };
  hold: { name: string; holder: string; place: string; fence: number; until_at: number };
  vital: { name: string; at: number; value: number };
  schema_version: { version: number; name: string; applied_at: number };
}
