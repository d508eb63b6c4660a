import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Deps } from '../core/transaction.ts';
import type { UpkeepTx } from '../core/upkeep.ts';

/** What the pressure is seen from. */
export interface Pressure {
  /** 99th percentile of the event loop's delay since the last look, ms. */
  readonly lag: number;
  /** Signals that are stored and not taken yet, and how long the first one waits, ms. */
  readonly signals: number;
  readonly wait: number;
}

const CALM: Pressure = { lag: 0, signals: 0, wait: 0 };
/** From level 1 up: what each measure has to reach. */
const LAG = [250, 500, 1000, 2000, 4000, 8000];
const SIGNALS = [2000, 5000, 10_000, 20_000, 50_000, 100_000];
const WAIT = [5000, 10_000, 20_000, 60_000, 300_000, Infinity];
/** Signals are not counted further than this. */
const COUNTED = 100_001;

/** How hard pressed the process is: 0 is calm; each level sheds one more class of requests, 6 the intake of alerts. Pure. */
export function loadLevel({ lag, signals, wait }: Pressure): number {
  const level = (value: number, steps: readonly number[]): number => steps.filter((step) => value >= step).length;
  return Math.max(level(lag, LAG), level(signals, SIGNALS), level(wait, WAIT));
}

/** Measures the pressure once a second. */
export class Load {
  readonly #deps: Deps<UpkeepTx>;
  readonly #kinds: readonly string[];
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #pressure = CALM;

  /** @param kinds the work that takes stored signals */
  constructor(deps: Deps<UpkeepTx>, kinds: readonly string[]) {
    this.#deps = deps;
    this.#kinds = kinds;
  }

  get level(): number {
    return loadLevel(this.#pressure);
  }

  start(): void {
    this.#delay.enable();
  }

  async look(): Promise<void> {
    const now = this.#deps.clock.now();
    // The monitor's own pause of 20 ms is no delay.
    const lag = Math.max(0, this.#delay.percentile(99) / 1e6 - 20);
    this.#delay.reset();
    this.#pressure = { ...this.#pressure, lag: Number.isFinite(lag) ? lag : 0 };
    const { rows, since } = await this.#deps.store.read((tx) => tx.upkeep.backlog(this.#kinds, now, COUNTED));
    this.#pressure = { ...this.#pressure, signals: rows, wait: since === null ? 0 : now - since };
  }

  stop(): void {
    this.#delay.disable();
  }
}
