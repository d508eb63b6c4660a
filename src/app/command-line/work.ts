import type { Command } from 'commander';
import { serverHint, serverOptions } from './options.ts';

/** `maintenance ...` and `heartbeat ...`: what a running server expects. */
export function workCommands(program: Command): void {
  const maintenance = serverHint(
    program.command('maintenance').description('Announced work, on a running server.'),
    'maintenance list --url http://localhost:8642',
    `maintenance plan "Tiles are rebuilt" --for 2h --match 'service="maps"' --from 2026-10-04T02:00+02:00`,
    'maintenance plan "Backups" --for 1h --component backend --rule FREQ=DAILY --starts 2026-10-04T02:00',
  );
  serverOptions(maintenance.command('list').description('List announced work, and plans of what recurs.'))
    .option('--json', 'print the result as JSON')
    .action(async (options) => (await import('../command/maintenance.ts')).listMaintenance(options));
  serverOptions(maintenance.command('plan').description('Announce work: once, or again and again by a rule.'))
    .argument('<title>', 'what is being worked on')
    .requiredOption('--for <duration>', 'how long it lasts, such as 2h')
    .option('--match <matchers...>', 'which alerts are meant, such as \'city="berlin"\'')
    .option('--component <name...>', 'which components of the topology are worked on')
    .option('--function <name...>', 'which functions of the topology are worked on')
    .option('--from <instant>', 'when it begins, such as 2026-10-04T02:00+02:00; now if left out')
    .option('--rule <rule>', 'when it recurs, as in RFC 5545, such as "FREQ=WEEKLY;BYDAY=SU"')
    .option('--starts <local time>', 'with --rule: local time of the first one, such as 2026-10-04T02:00')
    .option('--zone <zone>', 'with --rule: time zone (IANA); that of duty if left out')
    .option('--notice <duration>', 'how long before its begin it is told')
    .option('--tell <who...>', 'ids of people and names of partners who are told besides those on duty')
    .option('--members', 'show it on the status page')
    .action(async (title: string, options) =>
      (await import('../command/maintenance.ts')).planMaintenanceCommand(title, options),
    );
  serverOptions(maintenance.command('end').description('End announced work now, call it off, or end a plan.'))
    .argument('<id>', 'of the window or the plan')
    .action(async (id: string, options) =>
      (await import('../command/maintenance.ts')).endMaintenanceCommand(id, options),
    );

  const heartbeat = serverHint(
    program.command('heartbeat').description('Heartbeats of a running server.'),
    'heartbeat list --url http://localhost:8642',
    'heartbeat address nightly-billing',
  );
  serverOptions(
    heartbeat.command('list').description('List heartbeats: how they stand, when they were heard and are due.'),
  )
    .option('--json', 'print the result as JSON')
    .action(async (options) => (await import('../command/heartbeat.ts')).listHeartbeats(options));
  for (const [verb, words] of [
    ['pause', 'Expect a heartbeat no longer, until it is resumed or heard.'],
    ['resume', 'Expect a paused heartbeat again.'],
  ] as const)
    serverOptions(heartbeat.command(verb).description(words))
      .argument('<name>')
      .action(async (name: string, options) =>
        (await import('../command/heartbeat.ts')).turnHeartbeat(name, verb, options),
      );
  serverOptions(
    heartbeat
      .command('address')
      .description('Make an address by which a heartbeat is told without a token; printed once.'),
  )
    .argument('<name>')
    .action(async (name: string, options) => (await import('../command/heartbeat.ts')).addressHeartbeat(name, options));
}
