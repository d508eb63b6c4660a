import type { Command } from 'commander';
import { examples } from './options.ts';

/** `import ...`: configurations of other programs. */
export function importCommands(program: Command): void {
  const imports = program
    .command('import')
    .description(
      'Read the configuration of another program and print the lamplighter.yaml that follows from it. See docs/migrate.md.',
    );
  const importOptions = (command: Command): Command =>
    command
      .option('--parts', 'print only the sections that follow, without name and url')
      .option('--json', 'print JSON: the parts, what is to be looked at, and what the environment must have');
  examples(
    importOptions(
      imports
        .command('alertmanager')
        .description('From an alertmanager.yml: people, chains, routes, inhibition, mute times.')
        .argument('<file>'),
    ),
    'import alertmanager /etc/alertmanager/alertmanager.yml > lamplighter.yaml',
  ).action(async (file: string, options) => (await import('../command/import.ts')).importAlertmanager(file, options));
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
    examples(
      importOptions(imports.command(name).description(words).argument('<file...>', 'answers as JSON, in any order')),
      `import ${name} ${example} > lamplighter.yaml`,
    )
      .option(
        '--schedule <name>',
        'the schedule that becomes the duty plan; the one paged first most often if left out',
      )
      .action(async (files: string[], options) =>
        (await import('../command/import.ts')).importAnswers(name, files, options),
      );
}
