import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { compileDefinition, type Config } from '../../config/index.ts';
import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import { calendarMistake, loadGiven, noForecasts, onlyZone, runTrial } from '../../expectation/index.ts';
import {
  knownTroubles,
  weighTrial,
  type BacktestResult,
  type BacktestRun,
  type DefinitionKind,
  type TrialOutcome,
  type TrialStep,
} from '../../improvement/index.ts';
import { holidayMistake, holidaysOf } from '../../outside/holidays.ts';
import { loadConfig } from '../load-config.ts';
import { engineTrials } from '../rule-book.ts';
import { wallClock } from '../wall-clock.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';
import { ProgressBar } from './progress-bar.ts';
import { callServer, type ServerOptions } from './server-call.ts';

export interface DefinitionOptions extends DataOptions, ServerOptions {
  readonly watch?: string;
  readonly indicator?: string;
  readonly watermark?: string;
  readonly rule?: string;
  /** File with the changed definition, as YAML. */
  readonly definition?: string;
  /** How far back, such as 28d. */
  readonly history: string;
  readonly input?: string;
  /** Name of a calendar or a country (DE, DE-BE), instead of what the indicator says. */
  readonly calendar?: string;
  readonly output?: string;
  readonly json?: boolean;
  /** Time zone of a CSV, where the definition names none. */
  readonly zone?: string;
}

interface Subject {
  readonly kind: DefinitionKind;
  readonly rule: string;
  readonly definition: string;
  readonly before: string | null;
}

interface Tried {
  readonly result: BacktestResult;
  readonly rows: string;
}

/** Tries a definition on a CSV, on the history of a stopped server, or on a running one. */
export async function backtestDefinition(options: DefinitionOptions): Promise<void> {
  const csv = options.input === undefined ? null : readFileSync(options.input === '-' ? 0 : options.input, 'utf8');
  const bar = new ProgressBar('Back-test');
  let tried: Tried;
  try {
    if (options.url !== undefined) tried = await onServer(options, csv, bar);
    else if (csv === null) tried = await onData(options, bar);
    else tried = onFile(options, csv, bar);
  } finally {
    bar.clear();
  }
  const { result, rows } = tried;
  if (options.output !== undefined) writeFileSync(options.output, rows);
  else if (!options.json) process.stdout.write(rows);
  if (options.json) console.log(JSON.stringify({ ...result, lines: undefined }, null, 2));
  else console.error(result.verdict);
}

function named(options: DefinitionOptions): { kind: DefinitionKind; rule: string } {
  const found = (['watch', 'indicator', 'watermark', 'rule'] as const).filter((kind) => options[kind] !== undefined);
  const [kind] = found;
  if (kind === undefined || found.length > 1)
    throw new Fault('bad_request', { what: 'Name one of --watch, --indicator, --watermark, --rule.' });
  return { kind, rule: options[kind]! };
}

function subjectOf(options: DefinitionOptions, config: Config): Subject {
  const { kind, rule } = named(options);
  checkCalendar(options.calendar, config.calendars);
  const own = config.definitions.filter((each) => each.kind === kind);
  const inForce = own.find((each) => each.rule === rule)?.definition ?? null;
  const definition = options.definition === undefined ? inForce : readFileSync(options.definition, 'utf8');
  if (definition === null) {
    const known = own.map((each) => each.rule).join(', ') || 'none';
    throw new Fault('bad_request', { what: `There is no ${kind} "${rule}". There are: ${known}.` });
  }
  return { kind, rule, definition, before: inForce === definition ? null : inForce };
}

/** @throws Fault `bad_request` saying what to write instead */
export function checkCalendar(name: string | undefined, calendars: Config['calendars']): void {
  const wrong = name === undefined ? null : calendarMistake(name, calendars, holidayMistake);
  if (wrong !== null) throw new Fault('bad_request', { what: `--calendar ${name}: ${wrong}` });
}

function onFile(options: DefinitionOptions, csv: string, bar: ProgressBar): Tried {
  const config = loadConfig(options.config, wallClock.now());
  const { kind, definition, before } = subjectOf(options, config);
  const world = {
    ask: { instant: () => [], range: () => [] },
    plan: config.plan,
    holidaysOf,
    given: { forecasts: noForecasts(), events: [] },
  };
  const phases = before === null ? 1 : 2;
  const run = (text: string, phase: number): TrialOutcome => {
    const rule = compileDefinition(kind, text);
    checkZone(rule, config, options.zone);
    const trial = runTrial(
      { rule, from: 0, to: 0, csv, calendar: options.calendar ?? null, zone: options.zone },
      world,
    );
    for (;;) {
      const step = trial.next();
      if (step.done) return step.value;
      bar.show((phase + step.value) / phases);
    }
  };
  const after = run(definition, 0);
  return { result: weighTrial(after, before === null ? null : run(before, 1), []), rows: after.rows };
}

/** @throws Fault `bad_request` where the zone follows a label and nobody can tell which city a file is of */
function checkZone(rule: ReturnType<typeof compileDefinition>, config: Config, zone: string | undefined): void {
  if (zone !== undefined) {
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
      return;
    } catch {
      throw new Fault('bad_request', { what: `--zone: "${zone}" is no time zone. Write one such as Europe/Berlin.` });
    }
  }
  const named =
    rule.kind === 'watch'
      ? config.indicators.find(({ name }) => name === rule.watch.indicator)?.zone
      : rule.kind === 'indicator'
        ? rule.indicator.zone
        : rule.kind === 'watermark'
          ? rule.mark.zone
          : undefined;
  if (named === undefined || typeof named === 'string' || onlyZone(config.plan.zones) !== null) return;
  const known = [...new Set(Object.values(config.plan.zones))];
  if (known.length === 0) return;
  throw new Fault('bad_request', {
    what: `The zone follows the label ${named.label}, and a CSV has none. Write --zone with one of ${known.join(', ')}.`,
  });
}

function onData(options: DefinitionOptions, bar: ProgressBar): Promise<Tried> {
  return withApp(options, async (app) => {
    const { config, deps } = app.context;
    const now = deps.clock.now();
    await app.engine.configure(config().plan, []);
    const { stamp: _, ...given } = await deps.store.read((tx) => loadGiven(tx, now));
    await app.engine.give(given);
    const subject = subjectOf(options, config());
    const trials = engineTrials(app.engine);
    const from = Math.max(now - parseDuration(options.history), (await trials.historyStart()) ?? now);
    const spec = { kind: subject.kind, from, to: now, csv: null, calendar: options.calendar ?? null };
    const phases = subject.before === null ? 1 : 2;
    const run = async (definition: string, phase: number): Promise<TrialOutcome> => {
      for (;;) {
        const step: TrialStep = await trials.step(`command ${phase}`, { ...spec, definition });
        if (step.outcome) return step.outcome;
        bar.show((phase + step.progress) / phases);
      }
    };
    const after = await run(subject.definition, 0);
    const today = subject.before === null ? null : await run(subject.before, 1);
    const known = await deps.store.read((tx) => knownTroubles(tx, now));
    return { result: weighTrial(after, today, known), rows: after.rows };
  });
}

async function onServer(options: DefinitionOptions, csv: string | null, bar: ProgressBar): Promise<Tried> {
  const definition = options.definition === undefined ? {} : { definition: readFileSync(options.definition, 'utf8') };
  const from = wallClock.now() - parseDuration(options.history);
  const body = { ...named(options), ...definition, from, ...(csv === null ? {} : { csv }), calendar: options.calendar };
  let run = await callServer<BacktestRun>(options, 'POST', '/ops/v1/backtests', body);
  while (run.state === 'queued' || run.state === 'running') {
    bar.show(run.progress);
    await pause(500);
    run = await callServer<BacktestRun>(options, 'GET', `/ops/v1/backtests/${run.id}`);
  }
  if (!run.result) throw new Fault('bad_request', { what: run.error ?? `The back-test is ${run.state}.` });
  return { result: run.result, rows: await callServer<string>(options, 'GET', `/ops/v1/backtests/${run.id}/rows.csv`) };
}
