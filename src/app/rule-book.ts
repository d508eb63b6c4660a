import { compileDefinition, type Config } from '../config/index.ts';
import { Fault } from '../core/fault.ts';
import type { Replay, RuleBook } from '../improvement/index.ts';
import type { EngineClient } from './engine-client.ts';

/** The rules of the configuration as they stand now. */
export function ruleBook(config: () => Config): RuleBook {
  return {
    all: () => config().definitions,
    definition: (kind, rule) =>
      config().definitions.find((one) => one.kind === kind && one.rule === rule)?.definition ?? null,
    check(kind, _rule, definition) {
      try {
        compileDefinition(kind, definition);
        return null;
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
