import type { Kysely } from 'kysely';
import type { AccessTx } from '../access/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { IdSource } from '../core/id.ts';
import type { UpkeepTx } from '../core/upkeep.ts';
import type { ExpectationTx } from '../expectation/ports.ts';
import type { ImprovementTx } from '../improvement/ports.ts';
import type { PartnerTx } from '../partner/ports.ts';
import { accessRows } from './access-rows.ts';
import { actionRows } from './action-rows.ts';
import type { Buckets } from './bucket.ts';
import { alertRows } from './alert-rows.ts';
import { correlationRows } from './correlation-rows.ts';
import type { Flavour } from './flavour.ts';
import { expectationRows } from './expectation-rows.ts';
import { backtestRows, definitionRows, improvementRows } from './improvement-rows.ts';
import { incidentRows } from './incident-rows.ts';
import { journalRows, type Subscriptions } from './journal-rows.ts';
import { partnerRows } from './partner-rows.ts';
import { retroRows } from './retro-rows.ts';
import type { Database } from './schema.ts';
import { signalRows } from './signal-rows.ts';
import { ticketRows } from './ticket-rows.ts';
import { upkeepRows } from './upkeep-rows.ts';
import { workRows } from './work-rows.ts';

/** Everything a transaction offers: the parts of all stages. */
export type Tx = ImprovementTx & ExpectationTx & PartnerTx & AccessTx & UpkeepTx;

/** What rows are written with. */
export interface RowContext {
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: IdSource;
  readonly subscriptions: Subscriptions;
}

/** The stages' parts on one connection; `afterCommit` is added for each transaction. */
export function rowsOn(
  db: Kysely<Database>,
  flavour: Flavour,
  context: RowContext & { readonly buckets: Buckets },
): Omit<Tx, 'afterCommit'> {
  const work = workRows(db, flavour, context);
  return {
    journal: journalRows(db, work, flavour, context),
    work,
    access: accessRows(db),
    signals: signalRows(db),
    alerts: alertRows(db, flavour),
    incidents: incidentRows(db, flavour),
    correlation: correlationRows(db, flavour),
    actions: actionRows(db, flavour),
    tickets: ticketRows(db),
    partners: partnerRows(db),
    retros: retroRows(db),
    improvements: improvementRows(db),
    upkeep: upkeepRows(db, flavour),
    backtests: backtestRows(db),
    definitions: definitionRows(db),
    expectations: expectationRows(db),
  };
}
