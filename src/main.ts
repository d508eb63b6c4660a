/** The command line. Each command is one function in app/command; this file names them, with help that explains. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { parseDuration } from './core/duration.ts';
import { Fault } from './core/fault.ts';

// Keeps what was stripped and compiled: the next start takes half the time and less memory. Where the folder cannot be
// written, it goes on without.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

const program = new Command('lamplighter')
  .description('The open operations centre for consumer mobility services.')
  .version('0.1.0', '-V, --version', 'print the version')
  .showSuggestionAfterError()
  .showHelpAfterError('(lamplighter COMMAND --help explains a command)');

const duration = (text: string): number => parseDuration(text);

const configOption = (): Option =>
  new Option('-c, --config <file>', 'configuration file').env('LAMPLIGHTER_CONFIG').default('lamplighter.yaml');
const dataOption = (): Option =>
  new Option('-d, --data <directory>', 'directory of the embedded databases (storage.directory if left out)').env(
    'LAMPLIGHTER_DATA',
  );

program
  .command('serve')
  .description('Run Lamplighter. Without a configuration file, a commented starter is written first.')
  .addOption(configOption())
  .addOption(dataOption())
  .addOption(
    new Option('-l, --listen <address>', 'host:port to listen on (server.listen if left out)').env(
      'LAMPLIGHTER_LISTEN',
    ),
  )
  .addOption(
    new Option('--log-level <level>', 'how much is logged')
      .choices(['debug', 'info', 'warn', 'error', 'silent'])
      .env('LAMPLIGHTER_LOG_LEVEL')
      .default('info'),
  )
  .addOption(
    new Option('--clock-start <instant>', 'rehearsal: begin at this instant (ISO 8601) instead of now').hideHelp(),
  )
  .addOption(
    new Option('--clock-speed <factor>', 'rehearsal: let the clock run this many times as fast')
      .hideHelp()
      .argParser(Number),
  )
  .addHelpText(
    'after',
    '\nEnvironment: LAMPLIGHTER_DATABASE_URL names a PostgreSQL to use instead of the embedded database.\nSIGHUP reloads the configuration; a bad one is refused and the running one stays. SIGTERM stops cleanly.',
  )
  .action(async (options) => (await import('./app/command/serve.ts')).serve(options));

program
  .command('demo')
  .description(
    'Play the example operator "Kiez Mobil" against a real server: one interruption from the first sign to the proved improvement.',
  )
  .option('--speed <factor>', 'pace: 1 takes about two minutes, 2 half of that', Number, 1)
  .option('--seed <number>', 'seed of the randomness', Number, 1)
  .option('--port <port>', 'port of the server (8642 if it is free)', Number)
  .option('--data <directory>', 'keep the data here instead of in a temporary directory')
  .option('--exit', 'end everything after the last act; status 1 names the act that was not seen')
  .option('--no-browser', 'do not open a browser')
  .action(async (options) => {
    const { runDemo } = await import('../demo/index.ts');
    process.exitCode = await runDemo(options);
  });

program
  .command('check')
  .description(
    'Check the whole configuration, rule files included: every mistake with file, line and what to write instead.',
  )
  .addOption(configOption())
  .option('--json', 'print the result as JSON')
  .action(async (options) => (await import('./app/command/check.ts')).check(options));

const duty = program.command('duty').description('The duty plan.');
duty
  .command('prove')
  .description(
    'Prove that exactly one person is on duty at every instant to come: gaps, doubles, overload, people who are hard to reach. Status 1 when something is found.',
  )
  .addOption(configOption())
  .option('--weeks <number>', 'how far ahead', Number, 52)
  .option('--from <instant>', 'from this instant (ISO 8601) instead of now')
  .option('--json', 'print the findings as JSON')
  .action(async (options) => (await import('./app/command/duty-prove.ts')).dutyProve(options));

const incident = program
  .command('incident')
  .description('What the one who has an incident does, at a running server. INCIDENT is its number or id.');
const incidentVerb = (name: string, words: string): Command =>
  incident
    .command(name)
    .description(words)
    .requiredOption('--url <address>', 'the running server')
    .option('--token-file <file>', 'API token (LAMPLIGHTER_TOKEN if left out)')
    .option('--json', 'print the result as JSON');
const incidentCommands = () => import('./app/command/incident.ts');
incidentVerb('accept', 'Take it: escalation stops.')
  .argument('<incident>')
  .action(async (id: string, options) => (await incidentCommands()).acceptCommand(id, options));
incidentVerb('give-back', 'Give it back: escalation goes on.')
  .argument('<incident>')
  .option('--reason <text>', 'why')
  .action(async (id: string, options) => (await incidentCommands()).giveBackCommand(id, options));
incidentVerb('confirm', 'Say that you are still on it.')
  .argument('<incident>')
  .action(async (id: string, options) => (await incidentCommands()).confirmCommand(id, options));
incidentVerb('snooze', 'Be asked nothing until then; it wakes by itself when it gets worse.')
  .argument('<incident>')
  .argument('<until>', 'how long, such as 30m, or an instant (ISO 8601)')
  .option('--reason <text>', 'why')
  .action(async (id: string, until: string, options) => (await incidentCommands()).snoozeCommand(id, until, options));
incidentVerb('wake', 'End the snooze.')
  .argument('<incident>')
  .action(async (id: string, options) => (await incidentCommands()).wakeCommand(id, options));
incidentVerb('promise', 'Promise when the next update comes, perhaps with an update of now.')
  .argument('<incident>')
  .argument('<at>', 'in how long, such as 30m, or an instant (ISO 8601)')
  .option('--text <text>', 'the update')
  .action(async (id: string, at: string, options) => (await incidentCommands()).promiseCommand(id, at, options));
incidentVerb('hand-over', 'Ask a person, a team, a role or the next on duty to take it over.')
  .argument('<incident>')
  .argument('<to>', 'id of a person, a team, a role, focal, deputy or next')
  .option('--reason <text>', 'why')
  .action(async (id: string, to: string, options) => (await incidentCommands()).handOverCommand(id, to, options));
incidentVerb('answer', 'Answer a hand-over.')
  .argument('<hand-over>', 'its id')
  .argument('<answer>', 'accepted, declined or withdrawn')
  .action(async (id: string, answer: string, options) => (await incidentCommands()).answerCommand(id, answer, options));

program
  .command('sla')
  .description('How agreed levels of service were kept, by month, severity and function, from a running server.')
  .requiredOption('--url <address>', 'the running server')
  .option('--token-file <file>', 'API token (LAMPLIGHTER_TOKEN if left out)')
  .option('--from <month>', 'the first month, such as 2026-07; two months before this one if left out')
  .option('--to <month>', 'the last month, included; this one if left out')
  .option('--json', 'print the rows as JSON')
  .action(async (options) => (await incidentCommands()).slaCommand(options));

program
  .command('backtest')
  .description(
    'Run a watch, watermark, rule or indicator, or a change of one, over the recorded history or a CSV (timestamp,value[,label]) as it would have run, next to the one in force; or, with a CSV alone, the expected level. Prints timestamp, value, expected, lower, upper, score, alarm.',
  )
  .option('--watch <name>', 'try a watch, such as BookingsBelowExpected')
  .option('--indicator <name>', 'try an indicator with its watches')
  .option('--watermark <name>', 'try a watermark')
  .option('--rule <group/alert>', 'try an alerting rule')
  .option('--definition <file>', 'YAML of the changed definition; the one in force if left out')
  .option('--history <duration>', 'how far back the recorded history is looked at', '28d')
  .option('-i, --input <file>', 'CSV file instead of the recorded history, or - for standard input')
  .option('-o, --output <file>', 'write the rows here instead of to standard output')
  .addOption(configOption())
  .addOption(dataOption())
  .option('--url <address>', 'let a running server do it; otherwise it must be stopped, unless a CSV is given')
  .option('--token-file <file>', 'API token for --url (LAMPLIGHTER_TOKEN if left out)')
  .option(
    '--calendar <name>',
    'holidays: a calendar of the configuration, or a country such as DE or DE-BE (as the indicator says if left out)',
  )
  .option('--zone <zone>', 'with a CSV alone: time zone of the city (IANA)', 'UTC')
  .option('--weeks <number>', 'with a CSV alone: weeks of history the level is learnt from', Number, 4)
  .option('--coverage <share>', 'with a CSV alone: share of ordinary values that lie inside the band', Number, 0.95)
  .option('--json', 'print a summary as JSON instead of the rows')
  .action(async (options) => (await import('./app/command/backtest.ts')).backtestCommand(options));

const forecast = program.command('forecast').description('Forecasts of the business: the level that is given.');
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
  (await import('./app/command/forecast.ts')).importCommand(indicator, file, options),
);
forecastOptions(forecast.command('list').description('List the imports, newest first.').argument('[indicator]')).action(
  async (indicator: string | undefined, options) =>
    (await import('./app/command/forecast.ts')).listCommand(indicator, options),
);
forecastOptions(
  forecast
    .command('withdraw')
    .description('Withdraw an import, so that those before it count again.')
    .argument('<forecast>', 'its id')
    .option('--reason <text>', 'why'),
).action(async (id: string, options) => (await import('./app/command/forecast.ts')).withdrawCommand(id, options));

const event = program
  .command('event')
  .description('Events and campaigns: from a beginning to an end the level is another one.');
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
  async (title: string, options) => (await import('./app/command/event.ts')).addCommand(title, options),
);
eventFields(
  event
    .command('change')
    .description('Change an event; what is not given stays.')
    .argument('<event>', 'its id')
    .option('--title <text>', 'what it is'),
).action(async (id: string, options) => (await import('./app/command/event.ts')).changeCommand(id, options));
forecastOptions(
  event
    .command('list')
    .description('List the events that are not over.')
    .option('--all', 'also those that are over or cancelled'),
).action(async (options) => (await import('./app/command/event.ts')).listCommand(options));
forecastOptions(
  event.command('end').description('End an event that is on, before its time.').argument('<event>', 'its id'),
).action(async (id: string, options) => (await import('./app/command/event.ts')).endCommand(id, options));
forecastOptions(
  event.command('cancel').description('Cancel an event: it does not count, nor did it.').argument('<event>', 'its id'),
).action(async (id: string, options) => (await import('./app/command/event.ts')).cancelCommand(id, options));

const maintenance = program.command('maintenance').description('Announced work, on a running server.');
const serverOptions = (command: Command): Command =>
  command
    .requiredOption('--url <address>', 'the running server, such as http://localhost:8642')
    .option('--token-file <file>', 'API token (LAMPLIGHTER_TOKEN if left out)');
serverOptions(maintenance.command('list').description('List announced work, and plans of what recurs.'))
  .option('--json', 'print the result as JSON')
  .action(async (options) => (await import('./app/command/maintenance.ts')).listMaintenance(options));
serverOptions(maintenance.command('plan').description('Announce work: once, or again and again by a rule.'))
  .argument('<title>', 'what is being worked on')
  .requiredOption('--for <duration>', 'how long it lasts, such as 2h')
  .option('--match <matchers...>', 'which alerts are meant, such as \'city="berlin"\'')
  .option('--component <name...>', 'which components of the topology are worked on')
  .option('--function <name...>', 'which functions of the topology are worked on')
  .option('--from <instant>', 'when it begins (ISO 8601); now if left out')
  .option('--rule <rule>', 'when it recurs, as in RFC 5545, such as "FREQ=WEEKLY;BYDAY=SU"')
  .option('--starts <local time>', 'with --rule: local time of the first one, such as 2026-10-04T02:00')
  .option('--zone <zone>', 'with --rule: time zone (IANA); that of duty if left out')
  .option('--notice <duration>', 'how long before its begin it is told')
  .option('--tell <who...>', 'ids of people and names of partners who are told besides those on duty')
  .option('--members', 'show it on the status page')
  .action(async (title: string, options) =>
    (await import('./app/command/maintenance.ts')).planMaintenanceCommand(title, options),
  );
serverOptions(maintenance.command('end').description('End announced work now, call it off, or end a plan.'))
  .argument('<id>', 'of the window or the plan')
  .action(async (id: string, options) =>
    (await import('./app/command/maintenance.ts')).endMaintenanceCommand(id, options),
  );

const heartbeat = program.command('heartbeat').description('Heartbeats of a running server.');
serverOptions(
  heartbeat.command('list').description('List heartbeats: how they stand, when they were heard and are due.'),
)
  .option('--json', 'print the result as JSON')
  .action(async (options) => (await import('./app/command/heartbeat.ts')).listHeartbeats(options));
for (const [verb, words] of [
  ['pause', 'Expect a heartbeat no longer, until it is resumed or heard.'],
  ['resume', 'Expect a paused heartbeat again.'],
] as const)
  serverOptions(heartbeat.command(verb).description(words))
    .argument('<name>')
    .action(async (name: string, options) =>
      (await import('./app/command/heartbeat.ts')).turnHeartbeat(name, verb, options),
    );
serverOptions(
  heartbeat
    .command('address')
    .description('Make an address by which a heartbeat is told without a token; printed once.'),
)
  .argument('<name>')
  .action(async (name: string, options) =>
    (await import('./app/command/heartbeat.ts')).addressHeartbeat(name, options),
  );

program
  .command('replay')
  .description(
    "Replay a changed rule over the recorded signals: when it would have alerted, next to today's rule. The server must be stopped, or use the API.",
  )
  .argument('<improvement>', 'number or id of the improvement')
  .addOption(configOption())
  .addOption(dataOption())
  .option('--json', 'print the proof as JSON')
  .action(async (improvement: string, options) =>
    (await import('./app/command/replay.ts')).replayCommand(improvement, options),
  );

program
  .command('correlate')
  .description(
    'Put recorded events together as the running program would have; prints incidents, links and reasons as JSON.',
  )
  .requiredOption('--topology <file>', 'what hangs together, as JSON (docs/formats/correlate.md)')
  .requiredOption('--events <file>', 'events as JSON lines, in the order of arrival; - for standard input')
  .option('--history <file>', 'events of the days before, to learn from')
  .option('--distance <steps>', 'most steps between places that may belong together', Number, 2)
  .option('--within <duration>', 'how long after its last sign an incident takes others', duration, 2_700_000)
  .option('--settle <duration>', 'how long all alerts must be over', duration, 300_000)
  .action(async (options) => (await import('./app/command/correlate.ts')).correlateCommand(options));

program
  .command('explain')
  .description('Rank what caused a symptom from recorded measures, as JSON; says nothing where nothing explains it.')
  .requiredOption('--topology <file>', 'what hangs together, as JSON (docs/formats/explain.md)')
  .requiredOption('--metrics <file>', 'measures around the onset, CSV')
  .requiredOption('--normal <file>', 'measures of a normal period, CSV')
  .requiredOption('--at <time>', 'the onset, Unix seconds or ISO 8601')
  .requiredOption('--symptom <component>', 'where it is felt')
  .addOption(
    new Option('--metric <metric>', 'what is wrong there; what deviates more if left out').choices([
      'latency',
      'failures',
    ]),
  )
  .option('--window <duration>', 'how long after the onset values count', duration, 600_000)
  .action(async (options) => (await import('./app/command/explain.ts')).explainCommand(options));

program
  .command('backup')
  .description('Write a consistent copy of the embedded databases. The server may run meanwhile.')
  .argument('<directory>', 'an empty or new directory')
  .addOption(configOption())
  .addOption(dataOption())
  .action(async (target: string, options) => (await import('./app/command/backup.ts')).backupCommand(target, options));

program
  .command('restore')
  .description(
    'Put a backup back. The server must be stopped; a data directory that is not empty is refused unless --force is given.',
  )
  .argument('<directory>', 'what "backup" wrote')
  .addOption(configOption())
  .addOption(dataOption())
  .option('--force', 'replace what is in the data directory')
  .action(async (source: string, options) => (await import('./app/command/backup.ts')).restoreCommand(source, options));

program
  .command('token')
  .description(
    'Make an API token in the embedded database or the PostgreSQL named by LAMPLIGHTER_DATABASE_URL. The secret is printed once. The embedded database must not be in use: with the server running, use the Settings page.',
  )
  .argument('<name>', 'what the token is for')
  .addOption(configOption())
  .addOption(dataOption())
  .addOption(
    new Option('--role <role>', 'what it may do').choices(['admin', 'duty', 'agent', 'viewer']).default('agent'),
  )
  .option('--scope <permission...>', 'narrow it to these permissions, such as signal.send')
  .option('--expires <duration>', 'lifetime, such as 90d')
  .action(async (name: string, options) => (await import('./app/command/token.ts')).tokenCommand(name, options));

program
  .command('account')
  .description(
    'Make an account that can sign in, or give it a new password and role. The password is read from LAMPLIGHTER_PASSWORD or from standard input. The embedded database must not be in use.',
  )
  .argument('<name>', 'name to sign in with')
  .addOption(configOption())
  .addOption(dataOption())
  .addOption(
    new Option('--role <role>', 'what it may do').choices(['admin', 'duty', 'agent', 'viewer']).default('duty'),
  )
  .option('--title <name>', 'name that others see')
  .action(async (name: string, options) => (await import('./app/command/account.ts')).accountCommand(name, options));

program
  .command('journal')
  .description('Verify the hash chain of the journal: names the first row that was edited, deleted or moved.')
  .addOption(configOption())
  .addOption(dataOption())
  .action(async (options) => (await import('./app/command/journal.ts')).verifyJournalCommand(options));

program
  .command('promql')
  .description('Tools for PromQL.')
  .command('test')
  .description('Run files in the PromQL test language.')
  .argument('<file...>')
  .action(async (files: string[]) => (await import('./app/command/promql-test.ts')).promqlTest(files));

program
  .command('series')
  .description('Tools for recorded samples.')
  .command('delete')
  .description(
    'Delete recorded samples for good, with two rows in the journal. The server must be stopped, or use the API: POST /api/v1/admin/tsdb/delete_series.',
  )
  .argument('<selector...>', 'which series, in PromQL, such as \'trips_total{city="berlin"}\'')
  .addOption(configOption())
  .addOption(dataOption())
  .option('--from <instant>', 'first instant (ISO 8601 or Unix seconds); from the beginning if left out')
  .option('--to <instant>', 'last instant; up to the newest sample if left out')
  .action(async (selectors: string[], options) =>
    (await import('./app/command/series.ts')).deleteSeriesCommand(selectors, options),
  );
const imports = program
  .command('import')
  .description(
    'Read the configuration of another program and print the lamplighter.yaml that follows from it. See docs/migrate.md.',
  );
const importOptions = (command: Command): Command =>
  command
    .option('--parts', 'print only the sections that follow, without name and url')
    .option('--json', 'print JSON: the parts, what is to be looked at, and what the environment must have');
importOptions(
  imports
    .command('alertmanager')
    .description('From an alertmanager.yml: people, chains, routes, inhibition, mute times.')
    .argument('<file>'),
)
  .addHelpText(
    'after',
    '\nExample:\n  lamplighter import alertmanager /etc/alertmanager/alertmanager.yml > lamplighter.yaml',
  )
  .action(async (file: string, options) => (await import('./app/command/import.ts')).importAlertmanager(file, options));
for (const [name, words, example] of [
  [
    'pagerduty',
    "From answers of PagerDuty's API: users, schedules, escalation policies, services.",
    'users.json schedule.json policies.json services.json',
  ],
  [
    'opsgenie',
    "From answers of Opsgenie's API: users, schedules, escalations, teams, heartbeats.",
    'users.json schedules.json escalations.json heartbeats.json',
  ],
  [
    'oncall',
    "From answers of Grafana OnCall's API: users, schedules, shifts, escalation chains.",
    'users.json schedules.json shifts.json chains.json policies.json',
  ],
] as const)
  importOptions(imports.command(name).description(words).argument('<file...>', 'answers as JSON, in any order'))
    .option('--schedule <name>', 'the schedule that becomes the duty plan; the one paged first most often if left out')
    .addHelpText('after', `\nExample:\n  lamplighter import ${name} ${example} > lamplighter.yaml`)
    .action(async (files: string[], options) =>
      (await import('./app/command/import.ts')).importAnswers(name, files, options),
    );

const rules = program.command('rules').description('Tools for Prometheus rule files.');
rules
  .command('check')
  .description('Check rule files: every mistake with file, line and what to write instead.')
  .argument('<file...>')
  .action(async (files: string[]) => (await import('./app/command/rules.ts')).rulesCheck(files));
rules
  .command('test')
  .description('Run files of rule tests, in the form of promtool\'s "test rules".')
  .argument('<file...>')
  .action(async (files: string[]) => (await import('./app/command/rules.ts')).rulesTest(files));

program
  .command('version')
  .description('Print the version.')
  .action(() => console.log(program.version()));

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or directory',
  EACCES: 'This user may not use',
  EISDIR: 'This is a directory',
  EADDRINUSE: 'The address is in use already. Choose another with --listen',
};

try {
  await program.parseAsync();
} catch (error) {
  const { code, path } = error as { code?: string; path?: string };
  if (error instanceof Fault) console.error(error.message);
  else if (code !== undefined && code in SYSTEM_WORDS)
    console.error(`${SYSTEM_WORDS[code]}: ${path ?? (error as Error).message}`);
  else throw error;
  // What was opened already (a lock, a thread) would keep the process alive.
  process.exit(1);
}
