import type { Command } from 'commander';
import { configOption, serverHint, serverOptions } from './options.ts';

const commands = () => import('../command/duty.ts');

/** `duty ...`: the plan of the configuration, and who stands in at a running server. */
export function dutyCommands(program: Command): void {
  const duty = serverHint(
    program.command('duty').description('The duty plan: prove it, see it, change it for tonight.'),
    'duty prove --config lamplighter.yaml',
    'duty show --url http://localhost:8642',
    'duty override jonas --from 18:00 --for 12h --reason "Amira is ill"',
    'duty swap jonas --from 2026-12-24T09:00 --to 2026-12-25T09:00',
  );
  duty
    .command('prove')
    .description(
      'Prove that exactly one person is on duty at every instant to come: gaps, doubles, overload, people who are hard to reach. Status 1 when something is found.',
    )
    .addOption(configOption())
    .option('--weeks <number>', 'how far ahead', Number, 52)
    .option('--from <instant>', 'from this instant (ISO 8601) instead of now')
    .option('--json', 'print the findings as JSON')
    .action(async (options) => (await import('../command/duty-prove.ts')).dutyProve(options));

  const verb = (name: string, words: string): Command =>
    serverOptions(duty.command(name).description(words)).option('--json', 'print the result as JSON');
  const when = 'local time of the duty (18:00 is the next one, 2026-12-24T18:00), or with its offset';
  const span = (command: Command): Command =>
    command
      .option('--from <time>', `begin: ${when}; now if left out`)
      .option('--to <time>', 'end, written like the begin')
      .option('--for <duration>', 'how long, such as 12h, instead of an end');

  verb('show', 'Show who is on duty now and next, shifts to come, and who stands in.')
    .option('--days <number>', 'how far ahead', Number, 14)
    .action(async (options) => (await commands()).showDuty(options));
  span(verb('override', 'Put somebody else on duty for a while.').argument('<person>', 'id of who stands in'))
    .requiredOption('--reason <text>', 'why')
    .action(async (person: string, options) => (await commands()).overrideCommand(person, options));
  verb('cancel', 'Cancel an override.')
    .argument('<override>', 'its id')
    .action(async (id: string, options) => (await commands()).cancelOverrideCommand(id, options));
  span(
    verb('swap', 'Ask somebody to take a time of the duty over; nothing changes until they accept.').argument(
      '<other>',
      'id of who is asked',
    ),
  )
    .option('--asker <person>', 'whose time it is; the person of the account if left out')
    .option('--back-from <time>', 'begin of a time of theirs that is taken in exchange')
    .option('--back-to <time>', 'its end')
    .option('--reason <text>', 'why', '')
    .action(async (other: string, options) => (await commands()).swapCommand(other, options));
  verb('answer', 'Answer a swap.')
    .argument('<swap>', 'its id')
    .argument('<answer>', 'accepted, declined or withdrawn')
    .action(async (id: string, answer: string, options) => (await commands()).answerSwapCommand(id, answer, options));
  verb('test', 'Send a test page to a person, by every way.')
    .argument('<person>', 'id of the person')
    .action(async (person: string, options) => (await commands()).testPageCommand(person, options));
}
