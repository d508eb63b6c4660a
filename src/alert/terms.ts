import type { Actor } from '../core/actor.ts';
import { Fault } from '../core/fault.ts';
import type { LabelMatcher, WorkPlaces, WorkTerms } from './alert.ts';
import { settingsOf, type AlertDeps } from './deps.ts';
import { checkMatchers, checkRegexes } from './matching.ts';
import { matcherWords } from './window.ts';

/** What somebody says about work that they announce. */
export interface TermsInput {
  readonly title: string;
  readonly matchers?: readonly LabelMatcher[] | undefined;
  readonly components?: readonly string[] | undefined;
  readonly functions?: readonly string[] | undefined;
  /** Whether members see it on the status page. */
  readonly announced?: boolean | undefined;
  /** How long before its begin it is told, ms. */
  readonly notice?: number | null | undefined;
  readonly tell?: readonly string[] | undefined;
}

const MOST_NOTICE = 28 * 86_400_000;

/**
 * Reads and checks the terms of announced work.
 * @throws Fault `body_invalid`; `not_found` for a component or function that the topology lacks
 */
export function readTerms(deps: AlertDeps, actor: Pick<Actor, 'name'>, input: TermsInput): WorkTerms {
  const title = input.title.trim();
  if (title === '') throw new Fault('body_invalid', { what: 'title is empty; say what is being worked on' });
  const matchers = input.matchers ?? [];
  const places: WorkPlaces = { components: input.components ?? [], functions: input.functions ?? [] };
  const anyOf = labelsOf(deps, places);
  if (anyOf.length === 0 && matchers.length === 0) {
    throw new Fault('body_invalid', {
      what: 'nothing says which alerts are meant; write matchers such as city = berlin, or name components or functions',
    });
  }
  if (anyOf.length === 0) checkMatchers(matchers);
  else checkRegexes(matchers);
  const notice = input.notice ?? null;
  if (notice !== null && !(notice >= 0 && notice <= MOST_NOTICE)) {
    throw new Fault('body_invalid', { what: 'notice is milliseconds before the begin, at most 28 days' });
  }
  const { announced = false, tell = [] } = input;
  return { title, matchers, places, anyOf, createdBy: actor.name, announced, notice, tell: [...new Set(tell)] };
}

/** What places mean in labels, by the topology as it is now. @throws Fault `not_found`, `body_invalid` */
export function labelsOf(deps: AlertDeps, places: WorkPlaces): readonly (readonly LabelMatcher[])[] {
  return places.components.length + places.functions.length === 0 ? [] : settingsOf(deps).labelsAt(places);
}

/** What is meant, in words for the journal. */
export function placeWords({ matchers, places }: Pick<WorkTerms, 'matchers' | 'places'>): string {
  const named = [...places.functions, ...places.components];
  return [
    ...(named.length === 0 ? [] : [named.join(', ')]),
    ...(matchers.length === 0 ? [] : [matcherWords(matchers)]),
  ].join('; ');
}
