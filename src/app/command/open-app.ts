import { App, seriesPath } from '../app.ts';
import { startEngineThread } from '../engine-client.ts';
import { loadConfig } from '../load-config.ts';
import { createLog } from '../log.ts';
import { wallClock } from '../wall-clock.ts';
import { databaseOf, remoteAddress, type DataOptions } from './data-options.ts';

/** Runs a command on the application without its jobs and its server. @throws Fault `data_locked` while a server runs */
export async function withApp<T>(options: DataOptions, run: (app: App) => Promise<T>): Promise<T> {
  const config = loadConfig(options.config, wallClock.now());
  const directory = options.data ?? config.storage.directory;
  const database = databaseOf(directory);
  const app = await App.create({
    config,
    database,
    clock: wallClock,
    log: createLog('warn'),
    engine: (onDeath) =>
      startEngineThread(
        {
          path: seriesPath(directory),
          retentionMs: config.storage.retention,
          directoryLocked: 'sqlite' in database,
          clock: null,
          remote: remoteAddress(config),
        },
        onDeath,
      ),
    webRoot: null,
  });
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}
