import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import type { Clock } from '../core/clock.ts';
import type { Outside } from '../outside/index.ts';
import type { AddressReader } from '../signal/ports.ts';
import type { openStore } from '../store/index.ts';
import type { EngineClient } from './engine-client.ts';
import type { MappingThread } from './mapping-thread.ts';

/** What the application is made from. */
export interface AppOptions {
  readonly config: Config;
  readonly database:
    | { readonly sqlite: { readonly directory: string } }
    | { readonly postgres: { readonly url: string; readonly schema?: string } };
  readonly clock: Clock;
  readonly log: Logger;
  /** Starts the metrics engine; it is handed what to call when the engine dies. */
  readonly engine: (onDeath: (error: Error) => void) => Promise<EngineClient>;
  /** Where this instance keeps its samples: the same again after a restart. */
  readonly place?: string;
  /** Opens the operations database; replaced by simulations. */
  readonly open?: typeof openStore;
  /** A stopwatch in ms; the machine's unless simulated. */
  readonly elapsed?: () => number;
  /** Replaces the ways out, for tests. */
  readonly outside?: (config: Config) => Outside;
  /** A number in [0, 1); seeded in simulations. */
  readonly random?: () => number;
  /** Replaces reading of foreign addresses, for tests. */
  readonly read?: AddressReader;
  /** Replaces the thread of mappings, for tests. */
  readonly mappings?: MappingThread;
  /** Measures the process too. A simulation, in which many instances live and die in one process, leaves it out. */
  readonly processFigures?: boolean;
  /** Folder of the built web part, or null. */
  readonly webRoot: string | null;
  /** A secret that is a token of role agent while this process runs; at least 32 characters. */
  readonly bootstrapToken?: string | null;
  /** Ends the process: something is broken that only a restart mends. */
  readonly onFatal?: (error: Error) => void;
}
