import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { simulatedConfig } from './config.ts';
import { simulate, type SimulationReport } from './simulate.ts';

export interface Task {
  readonly days: number;
  /** How many things fail a day, on average; many when it is not said. */
  readonly outagesADay?: number;
}

const CONFIGURED_AT = Date.UTC(2026, 0, 6);

/**
 * Simulates each seed, several beside each other in threads of their own. A simulation that breaks is a violation too.
 * @param told hears of each as it ends, in no order
 */
export async function overWorkers(
  count: number,
  seeds: readonly number[],
  task: Task,
  told: (report: SimulationReport) => void,
): Promise<void> {
  const left = [...seeds];
  const run = (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: task,
      execArgv: [],
      // Most of what a step leaves behind is gone by the next one: with room for it, little is copied.
      resourceLimits: { maxYoungGenerationSizeMb: 128 },
    });
    return new Promise((resolve, reject) => {
      const more = (): void => {
        const seed = left.shift();
        if (seed !== undefined) worker.postMessage(seed);
        else {
          resolve();
          void worker.terminate();
        }
      };
      worker.on('error', reject);
      worker.on('message', (report: SimulationReport | 'ready') => {
        if (report !== 'ready') told(report);
        more();
      });
    });
  };
  await Promise.all(Array.from({ length: Math.min(count, seeds.length) }, run));
}

function work({ days, outagesADay }: Task): void {
  const config = simulatedConfig(CONFIGURED_AT);
  parentPort!.on('message', (seed: number) => {
    simulate(seed, days, config, outagesADay).then(
      (report) => parentPort!.postMessage(report),
      (error: unknown) => {
        const violations = [`the simulation broke: ${error instanceof Error ? error.stack : String(error)}`];
        const nothing = { alerts: 0, incidents: 0, pages: 0, repeated: 0, went: 0, faults: {} };
        parentPort!.postMessage({ seed, violations, ...nothing } satisfies SimulationReport);
      },
    );
  });
  parentPort!.postMessage('ready');
}

if (!isMainThread) work(workerData as Task);
