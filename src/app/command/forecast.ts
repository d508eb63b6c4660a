import { readFileSync } from 'node:fs';
import { systemActor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import { importForecast, withdrawForecast, type Forecast } from '../../expectation/index.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';
import { callServer, type ServerOptions } from './server-call.ts';

type ForecastOptions = DataOptions & ServerOptions & { readonly json?: boolean };

const ACTOR = systemActor('command line');

/** Imports a forecast of an indicator from a CSV file, or from standard input. */
export async function importCommand(
  indicator: string,
  file: string,
  options: ForecastOptions & { readonly note?: string },
): Promise<void> {
  const csv = readFileSync(file === '-' ? 0 : file, 'utf8');
  const note = options.note ?? '';
  const made =
    options.url === undefined
      ? await withApp(options, (app) => {
          const { deps, config } = app.context;
          return importForecast({ ...deps, plan: () => config().plan }, ACTOR, { indicator, csv, note });
        })
      : await callServer<Forecast>(options, 'POST', `/ops/v1/indicators/${encodeURIComponent(indicator)}/forecasts`, {
          csv,
          note,
        });
  if (options.json) console.log(JSON.stringify(made, null, 2));
  else
    console.log(
      `Imported forecast ${made.number} of ${made.indicator} (${made.id}): ${made.pointCount} values of ${made.seriesCount} series, ${iso(made.startsAt)} to ${iso(made.endsAt)}.`,
    );
}

/** Lists the imports, newest first. */
export async function listCommand(indicator: string | undefined, options: ForecastOptions): Promise<void> {
  const filter = { limit: 100, ...(indicator === undefined ? {} : { indicator }) };
  const query = indicator === undefined ? '' : `?indicator=${encodeURIComponent(indicator)}`;
  const items =
    options.url === undefined
      ? await withApp(options, (app) => app.store.read((tx) => tx.expectations.forecasts(filter)))
      : (await callServer<{ items: Forecast[] }>(options, 'GET', `/ops/v1/forecasts${query}`)).items;
  if (options.json) return console.log(JSON.stringify(items, null, 2));
  if (items.length === 0) return console.log('No forecast was imported.');
  for (const { id, indicator: name, number, startsAt, endsAt, importedBy, withdrawnAt, note } of items) {
    const state = withdrawnAt === null ? 'in force' : 'withdrawn';
    console.log(`${id}  ${name} ${number}  ${iso(startsAt)} to ${iso(endsAt)}  ${state}  ${importedBy}  ${note}`);
  }
}

/** Withdraws an import, so that those before it count again. */
export async function withdrawCommand(
  id: string,
  options: ForecastOptions & { readonly reason?: string },
): Promise<void> {
  const { reason } = options;
  const input = (version: number) => ({ version, withdrawn: true, ...(reason === undefined ? {} : { reason }) });
  const made =
    options.url === undefined
      ? await withApp(options, async (app) => {
          const found = await app.store.read((tx) => tx.expectations.forecast(id));
          if (!found) throw new Fault('not_found', { what: 'forecast', id });
          return withdrawForecast(app.context.deps, ACTOR, id, input(found.version));
        })
      : await withdrawAt(options, id, input);
  console.log(`Withdrew forecast ${made.number} of ${made.indicator}.`);
}

async function withdrawAt(options: ServerOptions, id: string, input: (version: number) => object): Promise<Forecast> {
  const path = `/ops/v1/forecasts/${encodeURIComponent(id)}`;
  const { version } = await callServer<Forecast>(options, 'GET', path);
  return callServer<Forecast>(options, 'POST', `${path}/withdraw`, input(version));
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}
