import { compileDefinition, nameOfDefinition, withDefinitions, type Config } from '../config/index.ts';
import { Fault } from '../core/fault.ts';
import { calendarMistake } from '../expectation/index.ts';
import type { Replay, RuleBook, Trials } from '../improvement/index.ts';
import { holidayMistake } from '../outside/holidays.ts';
import type { EngineClient } from './engine-client.ts';

/** The rules of the configuration as they stand now. */
export function ruleBook(config: () => Config): RuleBook {
  return {
    all: () => config().definitions,
    definition: (kind, rule) =>
      config().definitions.find((one) => one.kind === kind && one.rule === rule)?.definition ?? null,
    nameOf: nameOfDefinition,
    calendarMistake: (name) => calendarMistake(name, config().calendars, holidayMistake),
    check(kind, rule, definition) {
      try {
        const name = nameOfDefinition(kind, definition, rule);
        const { unused } = withDefinitions(config(), [{ id: 'new', kind, rule: name, definition }]);
        return unused[0]?.why ?? null;
      } catch (error) {
        if (error instanceof Fault) return error.message;
        throw error;
      }
    },
  };
}

/** Replays rules on the engine. */
export function engineReplay(engine: Pick<EngineClient, 'firings' | 'historyStart'>): Replay {
  return {
    firings: (change, from, to) => engine.firings(compileDefinition(change.kind, change.definition), from, to),
    historyStart: () => engine.historyStart(),
  };
}

/** Runs back-tests on the engine, piece by piece. */
export function engineTrials(engine: Pick<EngineClient, 'stepTrial' | 'dropTrial' | 'historyStart'>): Trials {
  return {
    step: (id, { kind, definition, from, to, csv, calendar }) =>
      engine.stepTrial(id, { rule: compileDefinition(kind, definition), from, to, csv, calendar }),
    drop: (id) => engine.dropTrial(id),
    historyStart: () => engine.historyStart(),
  };
}
