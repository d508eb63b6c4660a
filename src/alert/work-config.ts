import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import { durationField, nameField, repeatedNames, type ConfigProblem } from '../signal/index.ts';
import { readRhythm, type RhythmInput } from './rhythm.ts';
import { checkMatchers } from './matching.ts';
import { matchersField } from './matchers-field.ts';
import type { TermsInput } from './terms.ts';

/** Announced work that stands in the configuration: once (`from`, `to`) or by a rule (`rule`, `starts`, `for`). */
export const workSchema = z.strictObject({
  name: nameField,
  title: z.string().trim().min(1).max(200).optional(),
  matchers: matchersField.default([]),
  components: z.array(z.string()).default([]),
  functions: z.array(z.string()).default([]),
  from: z.string().optional(),
  to: z.string().optional(),
  rule: z.string().optional(),
  starts: z.string().optional(),
  for: durationField.optional(),
  zone: z.string().optional(),
  notice: durationField.optional(),
  tell: z.array(z.string()).default([]),
  members: z.boolean().default(false),
});
export type WorkConfig = z.output<typeof workSchema>;

/** Announced work of the configuration, ready to be put into the store. */
export interface ConfiguredWork {
  readonly name: string;
  readonly terms: TermsInput;
  readonly when: { readonly startsAt: number; readonly endsAt: number } | RhythmInput;
}

/** What names in announced work may stand for. */
interface Known {
  /** The zone of duty: of local times that name none. */
  readonly zone: string;
  readonly components: readonly string[];
  /** Those of them that no labels belong to: no alert ever lies there. */
  readonly unplaced: readonly string[];
  readonly functions: readonly string[];
  /** Ids of people and names of partners. */
  readonly tell: readonly string[];
}

const FORM = 'Write a wall time such as "2026-12-24T18:00", or an instant such as "2026-12-24T17:00:00Z".';

/** Makes what a checked entry says ready. @param zone the zone of local times where the entry names none */
export function configuredWork(work: WorkConfig, zone: string): ConfiguredWork {
  const { name, title = name, components, functions, tell } = work;
  const terms = {
    title,
    matchers: work.matchers.flat(),
    components,
    functions,
    announced: work.members,
    notice: work.notice ?? null,
    tell,
  };
  const own = work.zone ?? zone;
  if (work.rule !== undefined) {
    return { name, terms, when: { rule: work.rule, starts: work.starts ?? '', zone: own, duration: work.for ?? 0 } };
  }
  return { name, terms, when: { startsAt: instantOf(work.from, own) ?? 0, endsAt: instantOf(work.to, own) ?? 0 } };
}

/** What one entry alone cannot show: times that do not fit, names that stand for nothing. */
export function workProblems(works: readonly WorkConfig[], known: Known): ConfigProblem[] {
  const problems = repeatedNames('maintenance', works);
  works.forEach((work, index) => {
    const tell = (field: string, message: string): void => {
      problems.push({ path: `maintenance[${index}]${field === '' ? '' : `.${field}`}`, message });
    };
    whenProblems(work, known.zone, tell);
    if (work.matchers.length + work.components.length + work.functions.length === 0) {
      tell('', 'Nothing says which alerts are expected. Write matchers, components or functions.');
    } else if (work.components.length + work.functions.length === 0) {
      const wrong = wordsOfFault(() => checkMatchers(work.matchers.flat()));
      if (wrong !== null) tell('matchers', wrong);
    }
    const bare = work.components.find((name) => known.unplaced.includes(name));
    if (bare !== undefined) {
      tell(
        'components',
        `No labels belong to the component "${bare}". Write them under match in the topology, or matchers here.`,
      );
    }
    for (const [field, names] of [
      ['components', known.components],
      ['functions', known.functions],
      ['tell', known.tell],
    ] as const) {
      const lost = work[field].find((name) => !names.includes(name));
      if (lost === undefined) continue;
      tell(
        field,
        `There is no "${lost}"; ${names.length === 0 ? 'none is defined yet' : `defined are ${names.slice(0, 12).join(', ')}`}.`,
      );
    }
  });
  return problems;
}

function whenProblems(work: WorkConfig, zone: string, tell: (field: string, message: string) => void): void {
  const own = work.zone ?? zone;
  if (work.rule !== undefined) {
    if (work.from !== undefined || work.to !== undefined) {
      tell('rule', 'Write rule, starts and for, or from and to.');
    } else if (work.starts === undefined) {
      tell('rule', 'Write with starts when it begins first, as a local time such as 2026-10-04T02:00.');
    } else if (work.for === undefined) tell('rule', 'Write with for how long it lasts, such as 2h.');
    else {
      // A rule that has nothing left to come is no mistake: it may have had its last occurrence since it was written.
      const past = { rule: work.rule, starts: work.starts, zone: own, duration: work.for };
      const wrong = wordsOfFault(() => readRhythm(past, 0));
      if (wrong !== null) tell('rule', wrong);
    }
    return;
  }
  if (work.from === undefined || work.to === undefined) {
    tell('', 'Write from and to, or rule, starts and for.');
    return;
  }
  const startsAt = instantOf(work.from, own);
  const endsAt = instantOf(work.to, own);
  if (startsAt === null) tell('from', `"${work.from}" is not an instant in ${own}. ${FORM}`);
  if (endsAt === null) tell('to', `"${work.to}" is not an instant in ${own}. ${FORM}`);
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
    tell('to', 'It ends before it begins. Write a later end.');
  if (work.for !== undefined || work.starts !== undefined)
    tell('', 'starts and for go with rule. Write from and to alone.');
}

/** An instant with an offset, or a wall time of the zone, ms; null if it is neither. */
function instantOf(text: string | undefined, zone: string): number | null {
  if (text === undefined) return null;
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

/** What a check says is wrong; null when nothing is. */
function wordsOfFault(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return String(error.params['what'] ?? error.message);
  }
}
