import type { Act } from './act.ts';
import { LEARNING_ACTS } from './learning.ts';
import { OUTAGE_ACTS } from './outage.ts';
import { PEOPLE_ACTS } from './people.ts';
import { QUIET_ACTS } from './quiet.ts';
import { RECOVERY_ACTS } from './recovery.ts';

/** The story in order. */
export const ACTS: readonly Act[] = [
  ...QUIET_ACTS, // 1 levels are known, 2 the evening peak passes
  ...OUTAGE_ACTS, // 3 North falls silent, 4 alerts, 5 one incident
  ...PEOPLE_ACTS, // 6 page, 7 call centre, 8 members, 9 escalation and partner
  ...RECOVERY_ACTS, // 10 partner's alarm, 11 playbook and acceptance, 12 all-clear
  ...LEARNING_ACTS, // 13 ticket and retro, 14 improvement and proof
];
