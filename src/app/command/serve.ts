import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/index.ts';
import { Fault } from '../../core/fault.ts';
import { App, seriesPath } from '../app.ts';
import { startEngineThread } from '../engine-client.ts';
import { giveBackMemory } from '../give-back.ts';
import { loadConfig } from '../load-config.ts';
import { createLog } from '../log.ts';
import { STARTER } from '../starter.ts';
import { SteadyClock } from '../steady-clock.ts';
import { clockOf, type ClockPlan } from '../wall-clock.ts';
import { databaseOf, remoteAddress, type DataOptions } from './data-options.ts';

export interface ServeOptions extends DataOptions {
  readonly listen?: string;
  readonly logLevel: string;
  readonly clockStart?: string;
  readonly clockSpeed?: number;
}

/** Runs the server until it is told to stop. */
export async function serve(options: ServeOptions): Promise<void> {
  if (!existsSync(options.config)) writeStarter(options.config);
  const plan = clockPlan(options);
  const steady = plan ? null : new SteadyClock();
  const clock = steady ?? clockOf(plan);
  const config = loadConfig(options.config, clock.now());
  const directory = options.data ?? config.storage.directory;
  const log = createLog(options.logLevel);
  const fatal = (error: Error): void => {
    // The supervisor starts the process again; what was acknowledged is on the disk.
    console.error(error.message);
    process.exit(1);
  };
  const database = databaseOf(directory);
  const app = await App.create({
    config,
    database,
    clock,
    log,
    engine: (onDeath) =>
      startEngineThread(
        {
          path: seriesPath(directory),
          retentionMs: config.storage.retention,
          directoryLocked: 'sqlite' in database,
          clock: plan,
          remote: remoteAddress(config),
        },
        onDeath,
      ),
    place: `${hostname()}:${resolve(directory)}`,
    webRoot: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
    bootstrapToken: bootstrapToken(process.env['LAMPLIGHTER_BOOTSTRAP_TOKEN']),
    onFatal: fatal,
  });
  if (steady && app.store.database === 'sqlite') await resumeClock(app, steady);
  for (const problem of await app.store.durabilityProblems()) log.error({ problem }, 'answers may not be durable');
  stopOnSignals(app, log);
  process.on('SIGHUP', () => void reload(app, options, clock.now(), log));
  const { newPassword } = await app.prepare(process.env['LAMPLIGHTER_ADMIN_PASSWORD'] ?? null);
  const { host, port } = hostAndPort(options.listen ?? config.server.listen);
  await app.listen(host, port);
  greet(config, host, port, newPassword, process.env['LAMPLIGHTER_ADMIN_PASSWORD'] === undefined);
  giveBackMemory();
}

/**
 * The machine's clock may have been set back while nothing ran: what is due in five minutes by the journal is due in five
 * minutes. A journal that is days ahead was written by a clock that was wrong, and is not followed.
 */
async function resumeClock(app: App, steady: SteadyClock): Promise<void> {
  const last = await app.store.read((tx) => tx.upkeep.lastInstant());
  if (last !== null && last - steady.now() < 86_400_000) steady.notBefore(last);
}

/** The token of the environment; one that could never be presented is refused rather than ignored. */
function bootstrapToken(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (given.length < 32 || /\s/.test(given)) {
    throw new Fault('bad_request', {
      what: 'LAMPLIGHTER_BOOTSTRAP_TOKEN needs at least 32 characters, and no spaces.',
    });
  }
  return given;
}

function writeStarter(path: string): void {
  writeFileSync(path, STARTER, { flag: 'wx' });
  console.log(
    `There was no ${path}. A commented starter was written; change it to your service, then send SIGHUP or start again.`,
  );
}

function clockPlan({ clockStart, clockSpeed }: ServeOptions): ClockPlan | null {
  if (clockStart === undefined && clockSpeed === undefined) return null;
  const realStart = Date.now();
  const start = clockStart === undefined ? realStart : Date.parse(clockStart);
  const speed = clockSpeed ?? 1;
  if (Number.isNaN(start) || !(speed > 0))
    throw new Fault('bad_request', { what: '--clock-start is an ISO 8601 instant, --clock-speed a number above 0.' });
  return { start, realStart, speed };
}

function hostAndPort(listen: string): { host: string; port: number } {
  const cut = listen.lastIndexOf(':');
  const port = Number(listen.slice(cut + 1));
  if (cut < 1 || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Fault('bad_request', { what: `"${listen}" is no address. Write host:port, such as 127.0.0.1:8642.` });
  return { host: listen.slice(0, cut).replace(/^\[|\]$/g, ''), port };
}

function greet(config: Config, host: string, port: number, newPassword: string | null, show: boolean): void {
  console.log(`Lamplighter for ${config.name} listens on http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  if (newPassword !== null && show) {
    console.log(`The first administrator is "admin" with the password ${newPassword}\nIt is shown this once.`);
  }
}

function stopOnSignals(app: App, log: ReturnType<typeof createLog>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      app.close().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    });
  }
}

async function reload(app: App, options: ServeOptions, now: number, log: ReturnType<typeof createLog>): Promise<void> {
  try {
    await app.reload(loadConfig(options.config, now));
    log.info('the configuration was reloaded');
  } catch (error) {
    // The running configuration stays.
    log.error(
      { error: error instanceof Error ? error.message : String(error) },
      'the new configuration is refused; the running one stays',
    );
  }
}
