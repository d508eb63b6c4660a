import type { Flavour } from '../flavour.ts';
import { CALENDAR } from './calendar.ts';
import { CAUSE_MEASURES } from './cause-measures.ts';
import { COUNTED_WORK } from './counted-work.ts';
import { DELIVERY } from './delivery.ts';
import { ALERTMANAGER } from './alertmanager.ts';
import { CARE } from './care.ts';
import { CONDITIONS } from './conditions.ts';
import { CORRELATION } from './correlation.ts';
import { ENGINE } from './engine.ts';
import { DUTY } from './duty.ts';
import { FIRST, FIRST_POSTGRES, FIRST_SQLITE } from './first.ts';
import { PARTNER } from './partner.ts';
import { RECURRING_WORK } from './recurring-work.ts';
import { SOURCES } from './sources.ts';
import { FLAPPING } from './flapping.ts';
import { HEARTBEAT_CRON } from './heartbeat-cron.ts';
import { LEAN_INDEX } from './lean-index.ts';
import { LEVEL } from './level.ts';
import { PING } from './ping.ts';
import { STATUS_PAGES } from './status-pages.ts';

/** One step of the schema. Steps are only ever added at the end; a published one is never changed. */
export interface Migration {
  /** Counts up from 1 without gaps. */
  readonly version: number;
  readonly name: string;
  /**
   * Programs that do not know this step cannot work on a database that has it. To be avoided: while instances are
   * replaced one after the other, the old ones go on working beside the new ones. Adding tables, indexes and columns that
   * have a default is not breaking.
   */
  readonly breaking?: boolean;
  /** Statements for a database, in order. */
  readonly statements: (flavour: Flavour['name']) => readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'first schema',
    statements: (flavour) => [...FIRST, ...(flavour === 'sqlite' ? FIRST_SQLITE : FIRST_POSTGRES)],
  },
  { version: 2, name: 'deliveries and receipts', statements: () => DELIVERY },
  { version: 3, name: 'exchange with partners', statements: () => PARTNER },
  { version: 4, name: 'inhibition, groups, authors of silences', statements: () => ALERTMANAGER },
  { version: 5, name: 'correlation', statements: () => CORRELATION },
  { version: 6, name: 'holds and signs of life', statements: () => ENGINE },
  { version: 7, name: 'duty', statements: () => DUTY },
  { version: 8, name: 'what was put aside, and doors', statements: () => SOURCES },
  { version: 9, name: 'given levels, losses, back-tests, definitions', statements: () => LEVEL },
  { version: 10, name: 'status pages of partners', statements: () => STATUS_PAGES },
  { version: 11, name: 'pings', statements: () => PING },
  { version: 12, name: 'calendar of a back-test', statements: () => CALENDAR },
  { version: 13, name: 'conditions of steps', statements: () => CONDITIONS },
  { version: 14, name: 'recurring work', statements: () => RECURRING_WORK },
  { version: 15, name: 'heartbeats by cron', statements: () => HEARTBEAT_CRON },
  { version: 16, name: 'care of incidents', statements: () => CARE },
  { version: 17, name: 'alerts that flap', statements: () => FLAPPING },
  { version: 18, name: 'work put aside is counted', statements: () => COUNTED_WORK },
  { version: 19, name: 'measures of the cause', statements: () => CAUSE_MEASURES },
  { version: 20, name: 'fewer indexes of alerts and journal', statements: () => LEAN_INDEX },
];
