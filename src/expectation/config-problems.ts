import type { ConfigProblem } from '../signal/index.ts';
import type { EventConfig, IndicatorConfig } from './config.ts';
import { ownWatches } from './watch/own-watch.ts';
import { watchOf, type WatchRuleConfig } from './watch/config.ts';

interface Sections {
  readonly rules: readonly (string | WatchRuleConfig)[];
  readonly indicators: readonly IndicatorConfig[];
  readonly events: readonly EventConfig[];
}

/** What one entry alone cannot show: names that must exist, and names that must not come twice. */
export function watchProblems({ rules, indicators, events }: Sections, functions: readonly string[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const names = indicators.map(({ name }) => name);
  const known = names.length > 0 ? `Write one of ${names.join(', ')}` : 'There is none yet: add it under indicators';
  const taken = new Set(indicators.flatMap((indicator) => ownWatches(indicator).map(({ name }) => name)));
  rules.forEach((rule, index) => {
    if (typeof rule === 'string') return;
    const path = `rules[${index}]`;
    const unknown = (of: string, what: string): void => {
      problems.push({ path: `${path}.${of}`, message: `${path}.${of}: ${what}` });
    };
    const indicator = indicators.find(({ name }) => name === rule.watch);
    if (!indicator) unknown('watch', `there is no indicator "${rule.watch}". ${known}`);
    if (rule.function !== undefined && !functions.includes(rule.function)) {
      unknown('function', `there is no function "${rule.function}". Write one of ${functions.join(', ')}`);
    }
    for (const label of Object.keys(rule.match)) {
      if (indicator && indicator.by.length > 0 && !indicator.by.includes(label))
        unknown('match', `series of "${rule.watch}" have no label "${label}". They have ${indicator.by.join(', ')}`);
    }
    const { name } = watchOf(rule);
    if (taken.has(name)) {
      unknown('name', `there are two watches "${name}". Give this one a name of its own`);
    }
    taken.add(name);
  });
  events.forEach((event, index) => {
    event.indicators.forEach((name, at) => {
      if (!names.includes(name)) {
        const path = `events[${index}].indicators[${at}]`;
        problems.push({ path, message: `${path}: there is no indicator "${name}". ${known}` });
      }
    });
  });
  return problems;
}
