import type { Command } from 'commander';
import { configOption, dataOption, examples } from './options.ts';

/** `forecast ...` and `event ...`: what is known in advance. */
export function givenCommands(program: Command): void {
  const forecast = examples(
    program.command('forecast').description('Forecasts of the business: the level that is given.'),
    'forecast import bookings plan.csv --note "Plan of October" --url http://localhost:8642',
    'forecast list',
  );
  const forecastOptions = (command: Command): Command =>
    command
      .addOption(configOption())
      .addOption(dataOption())
      .option('--url <address>', 'talk to a running server; otherwise it must be stopped')
      .option('--token-file <file>', 'API token for --url (LAMPLIGHTER_TOKEN if left out)')
      .option('--json', 'print the result as JSON');
  forecastOptions(
    forecast
      .command('import')
      .description('Import a forecast: CSV with timestamp, value and the labels of the indicator.')
      .argument('<indicator>')
      .argument('<file>', 'CSV file, or - for standard input')
      .option('--note <text>', 'what it is'),
  ).action(async (indicator: string, file: string, options) =>
    (await import('../command/forecast.ts')).importCommand(indicator, file, options),
  );
  forecastOptions(
    forecast.command('list').description('List the imports, newest first.').argument('[indicator]'),
  ).action(async (indicator: string | undefined, options) =>
    (await import('../command/forecast.ts')).listCommand(indicator, options),
  );
  forecastOptions(
    forecast
      .command('withdraw')
      .description('Withdraw an import, so that those before it count again.')
      .argument('<forecast>', 'its id')
      .option('--reason <text>', 'why'),
  ).action(async (id: string, options) => (await import('../command/forecast.ts')).withdrawCommand(id, options));

  const event = examples(
    program.command('event').description('Events and campaigns: from a beginning to an end the level is another one.'),
    'event add "Derby" --from 2026-10-03T17:00+02:00 --to 2026-10-03T23:00+02:00 --factor 1.8 --match city=berlin',
    'event list --url http://localhost:8642',
  );
  const eventFields = (command: Command): Command =>
    forecastOptions(command)
      .option('--from <instant>', 'its beginning, ISO 8601 with the zone, such as 2026-10-03T17:00+02:00')
      .option('--to <instant>', 'its end')
      .option(
        '--factor <number>',
        'what the level is multiplied by: 1.8 for a match, 0.3 for a strike, 0 for a closure',
        Number,
      )
      .option('--indicator <name...>', 'only these indicators')
      .option('--match <label=value...>', 'only series with these labels');
  eventFields(event.command('add').description('Add an event.').argument('<title>')).action(
    async (title: string, options) => (await import('../command/event.ts')).addCommand(title, options),
  );
  eventFields(
    event
      .command('change')
      .description('Change an event; what is not given stays.')
      .argument('<event>', 'its id')
      .option('--title <text>', 'what it is'),
  ).action(async (id: string, options) => (await import('../command/event.ts')).changeCommand(id, options));
  forecastOptions(
    event
      .command('list')
      .description('List the events that are not over.')
      .option('--all', 'also those that are over or cancelled'),
  ).action(async (options) => (await import('../command/event.ts')).listCommand(options));
  forecastOptions(
    event.command('end').description('End an event that is on, before its time.').argument('<event>', 'its id'),
  ).action(async (id: string, options) => (await import('../command/event.ts')).endCommand(id, options));
  forecastOptions(
    event
      .command('cancel')
      .description('Cancel an event: it does not count, nor did it.')
      .argument('<event>', 'its id'),
  ).action(async (id: string, options) => (await import('../command/event.ts')).cancelCommand(id, options));
}
