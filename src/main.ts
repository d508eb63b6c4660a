/** The command line. Each command is one function in app/command; this file names them, with help that explains. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { parseDuration } from './core/duration.ts';
import { dutyCommands } from './app/command-line/duty.ts';
import { givenCommands } from './app/command-line/given.ts';
import { importCommands } from './app/command-line/import.ts';
import { incidentCommands } from './app/command-line/incident.ts';
import { configOption, dataOption, examples } from './app/command-line/options.ts';
import { workCommands } from './app/command-line/work.ts';
import { Fault } from './core/fault.ts';

// Run from here, keeps what was stripped and compiled: the next start takes half the time. Where the folder cannot be
// written, it goes on without. bin/main.mjs sees to it by itself, and the packed program is better off without.
if (process.argv[1]?.endsWith('.ts'))
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

const program = new Command('lamplighter')
  .description('The open operations centre for consumer mobility services.')
  .version('0.1.0', '-V, --version', 'print the version')
  .showSuggestionAfterError()
  .showHelpAfterError('(lamplighter COMMAND --help explains a command)')
  .addHelpText(
    'after',
    '\nExit status: 0 when it was done, 1 when it was refused, failed, or something was found (check, duty prove, rules, journal).\nCommands with --url talk to a running server, with a token from LAMPLIGHTER_TOKEN or --token-file. The others work on files.',
  );

const duration = (text: string): number => parseDuration(text);

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

examples(program.command('check'), 'check --config /etc/lamplighter/lamplighter.yaml', 'check --json | jq .mistakes')
  .description(
    'Check the whole configuration, rule files included: every mistake with file, line and what to write instead.',
  )
  .addOption(configOption())
  .option('--json', 'print the result as JSON')
  .action(async (options) => (await import('./app/command/check.ts')).check(options));

dutyCommands(program);
incidentCommands(program);

examples(
  program.command('backtest'),
  'backtest --input values.csv --zone Europe/Berlin',
  'backtest --indicator bookings --history 28d --json --url http://localhost:8642',
)
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
  .option(
    '--zone <zone>',
    'with a CSV: time zone of its city (IANA); what the definition says if left out, and UTC for a CSV alone',
  )
  .option('--weeks <number>', 'with a CSV alone: weeks of history the level is learnt from', Number, 4)
  .option('--coverage <share>', 'with a CSV alone: share of ordinary values that lie inside the band', Number, 0.95)
  .option('--json', 'print a summary as JSON instead of the rows')
  .action(async (options) => (await import('./app/command/backtest.ts')).backtestCommand(options));

givenCommands(program);
workCommands(program);

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
  .addOption(
    new Option('--within <duration>', 'how long after its last sign an incident takes others')
      .argParser(duration)
      .default(2_700_000, '45m'),
  )
  .addOption(
    new Option('--settle <duration>', 'how long all alerts must be over').argParser(duration).default(300_000, '5m'),
  )
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
  .addOption(
    new Option('--window <duration>', 'how long after the onset values count')
      .argParser(duration)
      .default(600_000, '10m'),
  )
  .action(async (options) => (await import('./app/command/explain.ts')).explainCommand(options));

examples(program.command('backup'), 'backup /backup/2026-11-24')
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

examples(program.command('token'), 'token prometheus --scope signal.send --expires 90d', 'token on-call --role duty')
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

examples(program.command('account'), "account lena --role duty --title 'Lena Costa' < password.txt")
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
importCommands(program);

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
  ENOTDIR: 'A file stands where a directory belongs',
  EEXIST: 'There is something already',
  EROFS: 'The disk takes no writes',
  ENOSPC: 'The disk is full',
  EADDRNOTAVAIL: 'This machine has no such address',
  ENOTFOUND: 'There is no such host',
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
