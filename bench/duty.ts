/**
 * How fast the duty is worked out: `node bench/duty.ts [--seconds 3]`. One operator with layers in three zones, two of
 * them in some hours of the week only, a shift of half days that crosses midnight, a hundred overrides and forty
 * absences in the year. Prints questions a second of "who is on duty at t", and how long building and proving 52 weeks
 * takes, with how many shifts there are. CPU time of this process, so that a busy machine changes little.
 */
import { parseArgs } from 'node:util';
import { dutySchema } from '../src/action/duty/config.ts';
import { dutyFindings } from '../src/action/duty/findings.ts';
import { dutyPlan, onDuty, shifts, type DutyPlan } from '../src/action/duty/plan.ts';
import { prove } from '../src/action/duty/prove.ts';
import type { Person } from '../src/action/nouns.ts';

const WEEK = 7 * 86_400_000;
const START = Date.UTC(2026, 0, 5, 8);
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' } } });
const BUDGET = Number(values.seconds) * 1e6;

const PEOPLE = Array.from({ length: 12 }, (_, n) => `person-${n + 1}`);

/** A number in [0, 1), the same at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

function wholePlan(): DutyPlan {
  const random = seeded(7);
  const one = (): string => PEOPLE[Math.floor(random() * PEOPLE.length)]!;
  const span = (longest: number): { from: string; to: string } => {
    const from = START + Math.floor(random() * 52 * WEEK);
    const to = from + 3_600_000 + Math.floor(random() * longest);
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  };
  const layer = { starts: '2026-01-05' };
  const office = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' };
  const night = { days: [], from: '22:00', to: '06:00' };
  return dutyPlan(
    dutySchema.parse({
      zone: 'Europe/Berlin',
      rotation: { ...layer, people: PEOPLE.slice(0, 5), handover: '09:00', every: '1w' },
      layers: [
        { ...layer, name: 'lisbon', people: PEOPLE.slice(3, 8), zone: 'Europe/Lisbon', every: '1d', only: [office] },
        {
          ...layer,
          name: 'new-york',
          people: PEOPLE.slice(6, 10),
          zone: 'America/New_York',
          every: '12h',
          only: [night],
        },
        {
          ...layer,
          name: 'weekend',
          people: PEOPLE.slice(8),
          every: '1w',
          only: [{ days: ['sat', 'sun'], from: '00:00', to: '00:00' }],
        },
      ],
      overrides: Array.from({ length: 100 }, () => ({ person: one(), ...span(43_200_000) })),
      absences: Array.from({ length: 40 }, () => ({ person: one(), ...span(14 * 86_400_000) })),
      fallback: PEOPLE[0],
    }),
  );
}

/** Runs until the budget of CPU time is used up. @returns runs, and CPU seconds */
function measured(run: (turn: number) => void): { runs: number; seconds: number } {
  for (let turn = 0; turn < 3; turn++) run(turn);
  const before = process.cpuUsage();
  let runs = 0;
  for (;;) {
    run(runs);
    runs++;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= BUDGET) return { runs, seconds: (user + system) / 1e6 };
  }
}

const plan = wholePlan();
const to = START + 52 * WEEK;
const people: Person[] = PEOPLE.map((id) => ({
  id,
  name: id,
  email: `${id}@operator.example`,
  webhook: null,
  phone: null,
  ntfy: null,
  slack: null,
  mattermost: null,
  teams: null,
  telegram: null,
  account: null,
  rules: [],
  quiet: null,
}));

const random = seeded(11);
const asked = measured(() => onDuty(plan, START + Math.floor(random() * 52 * WEEK)));
const built = measured(() => shifts(plan, START, to));
const proved = measured(() => prove(plan, START, to));
const findings = measured(() => dutyFindings(plan, people, [], START, to));
const ms = ({ runs, seconds }: { runs: number; seconds: number }): number => Math.round((1000 * seconds) / runs);
console.log(
  JSON.stringify(
    {
      layers: plan.layers.length,
      overrides: plan.overrides.length,
      absences: plan.absences.length,
      shiftsIn52Weeks: shifts(plan, START, to).length,
      whoIsOnDutyPerSecond: Math.round(asked.runs / asked.seconds),
      build52WeeksMs: ms(built),
      prove52WeeksMs: ms(proved),
      findings52WeeksMs: ms(findings),
    },
    null,
    2,
  ),
);
