import { waysTo } from '../chain/target.ts';
import type { DutyCall, Person } from '../nouns.ts';
import type { DutyConfig } from './config.ts';
import type { DutyPlan } from './plan.ts';
import { overloads, prove } from './prove.ts';
import { localWords } from './verbs/who.ts';

/** Something that the proof of the duty plan found. */
export interface DutyFinding {
  readonly kind: 'nobody' | 'two-people' | 'overload' | 'one-way' | 'unreachable';
  readonly from: number | null;
  readonly to: number | null;
  readonly people: readonly string[];
  readonly words: string;
}

/**
 * Everything that speaks against "exactly one person who can be reached, at every instant": gaps, doubles, overload,
 * people with a single way, people whose test pages stay unanswered. Empty is the proof. Pure.
 * @param tests test pages of two periods, newest first
 */
export function dutyFindings(
  plan: DutyPlan,
  people: readonly Person[],
  tests: readonly DutyCall[],
  from: number,
  to: number,
): readonly DutyFinding[] {
  const { duty } = plan;
  const nameOf = (id: string): string => people.find((person) => person.id === id)?.name ?? id;
  const span = (a: number, b: number): string => `from ${localWords(a, duty.zone)} to ${localWords(b, duty.zone)}`;
  const holes = prove(plan, from, to).map((hole) => ({
    ...hole,
    words:
      hole.kind === 'nobody'
        ? `Nobody is on duty ${span(hole.from, hole.to)}; ${nameOf(duty.fallback)} stands in as the fallback`
        : `Two overrides name ${hole.people.map(nameOf).join(' and ')} ${span(hole.from, hole.to)}; the later one counts`,
  }));
  const tired = overloads(plan, from, to, duty.most_hours).map(({ person, from: begin, hours }) => ({
    kind: 'overload' as const,
    from: begin,
    to: begin + 14 * 86_400_000,
    people: [person],
    words: `${nameOf(person)} is on duty for ${hours} of 336 hours from ${localWords(begin, duty.zone)} on`,
  }));
  const used = new Set([
    ...plan.layers.flatMap((layer) => layer.people),
    ...plan.overrides.map(({ person }) => person),
    duty.fallback,
  ]);
  const reach = people.filter(({ id }) => used.has(id)).flatMap((person) => reachOf(person, duty, tests));
  return [...holes, ...tired, ...reach];
}

function reachOf(person: Person, duty: DutyConfig, tests: readonly DutyCall[]): DutyFinding[] {
  const ways = waysTo(person);
  const about = { from: null, to: null, people: [person.id] };
  if (ways.length === 0) return [{ kind: 'unreachable', ...about, words: `${person.name} has no address at all` }];
  const found: DutyFinding[] = [];
  if (new Set(ways.map(({ address }) => address)).size === 1) {
    const words = `${person.name} has one address only (${ways[0]!.channel}): when it fails, nobody hears`;
    found.push({ kind: 'one-way', ...about, words });
  }
  const mine = tests.filter((call) => call.person === person.id);
  if (duty.reach && mine.length > 0 && mine.every(({ answeredAt }) => answeredAt === null)) {
    found.push({ kind: 'unreachable', ...about, words: `${person.name} answered none of the last test pages` });
  }
  return found;
}
