import { systemActor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler, type Outcome } from '../../core/work.ts';
import type { BacktestRun } from '../backtest-run.ts';
import { IMPROVEMENT_FACTS, IMPROVEMENT_WORK } from '../facts.ts';
import type { ImprovementTx, TrialOutcome, Trials } from '../ports.ts';
import { weighTrial, type KnownTrouble } from '../weigh-trial.ts';

/** Pieces done under one lease: about a second. Then the progress is written, and it is seen whether it was given up. */
const PIECES = 40;
/** When another one is under way, ms. */
const LATER_MS = 1000;

type BacktestDeps = Deps<ImprovementTx> & { readonly trials: Trials };

/**
 * Runs back-tests in short pieces, one at a time, so that they hold no more than one place of those that pages need. What
 * is done of a run is lost when the process ends; its row is not, and it begins anew.
 */
export function backtestWork(deps: BacktestDeps): Handler<ImprovementTx> {
  const first = new Map<string, TrialOutcome>();
  let busy = false;
  return {
    kind: IMPROVEMENT_WORK.backtest,
    async outside(item) {
      if (busy) return async () => ({ kind: 'again', dueAt: deps.clock.now() + LATER_MS });
      busy = true;
      try {
        return await goOn(deps, first, String(item.payload['runId']));
      } finally {
        busy = false;
      }
    },
  };
}

type Settlement = (tx: ImprovementTx) => Promise<Outcome>;

async function goOn(deps: BacktestDeps, first: Map<string, TrialOutcome>, id: string): Promise<Settlement> {
  const { run, csv } = await deps.store.read(async (tx) => ({
    run: await tx.backtests.byId(id),
    csv: await tx.backtests.text(id, 'input'),
  }));
  if (!run || (run.state !== 'queued' && run.state !== 'running')) {
    first.delete(id);
    await deps.trials.drop(id);
    await deps.trials.drop(`${id} today`);
    return async () => DONE;
  }
  try {
    const step = await pieces(deps, first, run, csv);
    if ('progress' in step) return written(deps, run, { state: 'running', progress: step.progress });
    first.delete(id);
    return finished(deps, run, step.after, step.today);
  } catch (error) {
    first.delete(id);
    if (!(error instanceof Fault)) throw error;
    return failed(deps, run, error.message);
  }
}

type Step = { readonly progress: number } | { readonly after: TrialOutcome; readonly today: TrialOutcome | null };

/** First the definition, then the one in force. */
async function pieces(
  deps: BacktestDeps,
  first: Map<string, TrialOutcome>,
  run: BacktestRun,
  csv: string | null,
): Promise<Step> {
  const phases = run.before === null ? 1 : 2;
  const spec = { kind: run.kind, from: run.historyFrom, to: run.historyTo, csv, calendar: run.calendar };
  let progress = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const after = first.get(run.id);
    if (after && run.before === null) return { after, today: null };
    const step = after
      ? await deps.trials.step(`${run.id} today`, { ...spec, definition: run.before! })
      : await deps.trials.step(run.id, { ...spec, definition: run.definition });
    if (step.outcome) {
      if (after) return { after, today: step.outcome };
      first.set(run.id, step.outcome);
    }
    progress = ((after ? 1 : 0) + step.progress) / phases;
  }
  return { progress: Math.min(0.999, progress) };
}

function written(deps: BacktestDeps, run: BacktestRun, change: Partial<BacktestRun>): Settlement {
  return async (tx) => {
    const now = deps.clock.now();
    // A version that moved on was given up; the next turn sees it.
    await tx.backtests.update(run.id, run.version, { ...change, startedAt: run.startedAt ?? now });
    return { kind: 'again', dueAt: now };
  };
}

function finished(deps: BacktestDeps, run: BacktestRun, after: TrialOutcome, today: TrialOutcome | null): Settlement {
  return async (tx) => {
    const now = deps.clock.now();
    // Without a changed definition, what ran is what is in force.
    const result = weighTrial(after, run.before === null ? null : today, await knownTroubles(tx, now));
    const change = { state: 'done', progress: 1, result, finishedAt: now, startedAt: run.startedAt ?? now } as const;
    if (!(await tx.backtests.update(run.id, run.version, change))) return DONE;
    await tx.backtests.saveText(run.id, 'rows', after.rows);
    await tx.journal.append({
      actor: systemActor('improvement'),
      fact: IMPROVEMENT_FACTS.backtestFinished,
      subject: { kind: 'backtest', id: run.id },
      summary: `Back-test of the ${run.kind} ${run.rule}: ${result.verdict}.`,
    });
    return DONE;
  };
}

function failed(deps: BacktestDeps, run: BacktestRun, error: string): Settlement {
  return async (tx) => {
    const now = deps.clock.now();
    if (!(await tx.backtests.update(run.id, run.version, { state: 'failed', error, finishedAt: now }))) return DONE;
    await tx.journal.append({
      actor: systemActor('improvement'),
      fact: IMPROVEMENT_FACTS.backtestFinished,
      subject: { kind: 'backtest', id: run.id },
      summary: `The back-test of the ${run.kind} ${run.rule} failed: ${error}`,
    });
    return DONE;
  };
}

/** The incidents that are known, newest first and at most a thousand. */
export async function knownTroubles(tx: ImprovementTx, now: number): Promise<KnownTrouble[]> {
  const { items } = await tx.incidents.list({ limit: 1000 });
  return items
    .filter(({ state }) => state !== 'merged')
    .map(({ id, number, startedAt, resolvedAt }) => ({
      from: startedAt,
      to: resolvedAt ?? now,
      incidentId: id,
      number,
    }))
    .sort((a, b) => a.from - b.from);
}
