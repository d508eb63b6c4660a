import { Option, type Command } from 'commander';
import { serverHint, serverOptions } from './options.ts';

const commands = () => import('../command/incident.ts');
const looks = () => import('../command/incident-look.ts');

/** `incident ...` and `sla`: what is done with incidents at a running server. */
export function incidentCommands(program: Command): void {
  const incident = serverHint(
    program
      .command('incident')
      .description('Incidents of a running server: look, take, work, hand over, end. INCIDENT is its number or id.'),
    'incident list --url http://localhost:8642',
    'incident accept 12',
    'incident promise 12 30m --text "The carrier is on it"',
    'incident hand-over 12 jonas --reason "end of shift"',
  );
  const verb = (name: string, words: string): Command =>
    serverOptions(incident.command(name).description(words)).option('--json', 'print the result as JSON');

  verb('list', 'List incidents, newest first.')
    .addOption(new Option('--state <state>', 'which ones').choices(['open', 'resolved', 'all']).default('open', 'open'))
    .option('--limit <number>', 'how many at most', Number, 50)
    .action(async (options) => (await looks()).listIncidents(options));
  verb('show', 'Show one: how it stands, who has it, its alerts and the end of its timeline.')
    .argument('<incident>')
    .action(async (id: string, options) => (await looks()).showIncident(id, options));
  verb('open', 'Open one by hand.')
    .argument('<title>', 'what is wrong')
    .addOption(
      new Option('--severity <severity>', 'how bad it is').choices(['critical', 'major', 'minor']).default('major'),
    )
    .option('--function <name...>', 'functions that members miss')
    .option('--city <name...>', 'cities in which')
    .action(async (title: string, options) => (await looks()).openIncidentCommand(title, options));
  verb('note', 'Write a note into its timeline.')
    .argument('<incident>')
    .argument('<text>')
    .action(async (id: string, text: string, options) => (await looks()).noteCommand(id, text, options));
  verb('accept', 'Take it: escalation stops.')
    .argument('<incident>')
    .action(async (id: string, options) => (await commands()).acceptCommand(id, options));
  verb('give-back', 'Give it back: escalation goes on.')
    .argument('<incident>')
    .option('--reason <text>', 'why')
    .action(async (id: string, options) => (await commands()).giveBackCommand(id, options));
  verb('confirm', 'Say that you are still on it.')
    .argument('<incident>')
    .action(async (id: string, options) => (await commands()).confirmCommand(id, options));
  verb('snooze', 'Be asked nothing until then; it wakes by itself when it gets worse.')
    .argument('<incident>')
    .argument('<until>', 'how long, such as 30m, or an instant such as 2026-10-04T02:00+02:00')
    .option('--reason <text>', 'why')
    .action(async (id: string, until: string, options) => (await commands()).snoozeCommand(id, until, options));
  verb('wake', 'End the snooze.')
    .argument('<incident>')
    .action(async (id: string, options) => (await commands()).wakeCommand(id, options));
  verb('promise', 'Promise when the next update comes, perhaps with an update of now.')
    .argument('<incident>')
    .argument('<at>', 'in how long, such as 30m, or an instant such as 2026-10-04T02:00+02:00')
    .option('--text <text>', 'the update')
    .action(async (id: string, at: string, options) => (await commands()).promiseCommand(id, at, options));
  verb('hand-over', 'Ask a person, a team, a role or the next on duty to take it over.')
    .argument('<incident>')
    .argument('<to>', 'id of a person, a team, a role, focal, deputy or next')
    .option('--reason <text>', 'why')
    .action(async (id: string, to: string, options) => (await commands()).handOverCommand(id, to, options));
  verb('answer', 'Answer a hand-over.')
    .argument('<hand-over>', 'its id')
    .argument('<answer>', 'accepted, declined or withdrawn')
    .action(async (id: string, answer: string, options) => (await commands()).answerCommand(id, answer, options));
  verb('merge', 'Merge it into another one.')
    .argument('<incident>')
    .argument('<into>')
    .option('--reason <text>', 'why', 'the same cause')
    .action(async (id: string, into: string, options) => (await looks()).mergeCommand(id, into, options));
  verb('resolve', 'Resolve it.')
    .argument('<incident>')
    .requiredOption('--reason <text>', 'what ended it')
    .action(async (id: string, options) => (await looks()).resolveCommand(id, options));
  verb('reopen', 'It was not over.')
    .argument('<incident>')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options) => (await looks()).reopenCommand(id, options));

  serverHint(
    serverOptions(
      program
        .command('sla')
        .description('How agreed levels of service were kept, by month, severity and function, from a running server.'),
    ),
    'sla --url http://localhost:8642 --from 2026-07',
  )
    .option('--from <month>', 'the first month, such as 2026-07; two months before this one if left out')
    .option('--to <month>', 'the last month, included; this one if left out')
    .option('--json', 'print the rows as JSON')
    .action(async (options) => (await commands()).slaCommand(options));
}
