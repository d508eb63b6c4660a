import { repeatedNames, type ConfigProblem } from '../signal/index.ts';
import type { ActionConfig, ChainConfig, CommandConfig } from './config.ts';
import { waysTo } from './chain/target.ts';
import { dutyPlan } from './duty/plan.ts';
import { chainHoursProblems, hoursProblems } from './hours/problems.ts';
import { prove } from './duty/prove.ts';
import { RECOVERED } from './member/tell-recovery.ts';
import type { PlaybookStep } from './playbook/config.ts';
import type { ActionSetting } from './services.ts';

/** How far ahead the duty plan is proved, ms. */
const PROVED = 366 * 86_400_000;
/** Holes of the plan that are told one by one. */
const MOST_HOLES = 3;
const DUTY_WORDS = ['focal', 'deputy', 'fallback'];

/** Whom a chain can page: words of the duty, people, teams, roles of key contacts. */
export function targetNames({
  people,
  teams,
  contacts,
}: Pick<ActionConfig, 'people' | 'teams' | 'contacts'>): string[] {
  const roles = new Set(contacts.map(({ role }) => role));
  return [...DUTY_WORDS, ...people.map(({ id }) => id), ...names(teams), ...roles];
}

/**
 * What one entry alone cannot show: names that point nowhere, names used twice, a duty plan with a hole. Pure.
 * @param at the present instant, ms: from then on somebody must be on duty
 */
export function actionProblems(setting: ActionSetting, at: number): ConfigProblem[] {
  return [
    ...repeatedNames('chains', setting.chains),
    ...repeatedNames('members.templates', setting.members.templates),
    ...repeatedNames('playbooks', setting.playbooks),
    ...repeatedNames('commands', setting.commands),
    ...peopleProblems(setting),
    ...groupProblems(setting),
    ...hoursProblems(setting),
    ...dutyProblems(setting, at),
    ...setting.chains.flatMap((chain, index) => [
      ...chainProblems(setting, chain, `chains[${index}]`),
      ...chainHoursProblems(setting, chain, `chains[${index}]`, at),
    ]),
    ...careProblems(setting),
    ...templateProblems(setting),
    ...playbookProblems(setting),
  ];
}

function peopleProblems({ people }: ActionConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = repeatedNames(
    'people',
    people.map(({ id }) => ({ name: id })),
  ).map(({ path, message }) => ({ path: path.replace(/name$/, 'id'), message }));
  people.forEach((person, index) => {
    const path = `people[${index}].id`;
    if (DUTY_WORDS.includes(person.id) || person.id === 'next') {
      problems.push({ path, message: `"${person.id}" has a meaning of its own in chains. Write another id.` });
    }
  });
  return problems;
}

/** Teams and key contacts: people who are nobody, and names that mean something else already. */
function groupProblems({ people, teams, contacts }: ActionConfig): ConfigProblem[] {
  const ids = people.map(({ id }) => id);
  const problems = repeatedNames('teams', teams);
  const taken = (path: string, name: string, others: readonly string[]): void => {
    if (![...DUTY_WORDS, 'next', ...ids, ...others].includes(name)) return;
    problems.push({ path, message: `"${name}" means somebody else in chains already. Write another name.` });
  };
  teams.forEach((team, index) => {
    taken(`teams[${index}].name`, team.name, []);
    team.people.forEach((id, nth) => {
      if (!ids.includes(id))
        problems.push({ path: `teams[${index}].people[${nth}]`, message: unknown('person', id, ids) });
    });
  });
  contacts.forEach(({ role, person }, index) => {
    taken(`contacts[${index}].role`, role, names(teams));
    if (!ids.includes(person))
      problems.push({ path: `contacts[${index}].person`, message: unknown('person', person, ids) });
  });
  return problems;
}

function dutyProblems({ people, duty }: ActionConfig, at: number): ConfigProblem[] {
  const ids = people.map(({ id }) => id);
  const problems: ConfigProblem[] = [];
  const check = (path: string, id: string): void => {
    if (!ids.includes(id)) problems.push({ path, message: unknown('person', id, ids) });
  };
  duty.rotation?.people.forEach((id, index) => check(`duty.rotation.people[${index}]`, id));
  duty.layers.forEach((layer, at) =>
    layer.people.forEach((id, index) => check(`duty.layers[${at}].people[${index}]`, id)),
  );
  problems.push(...repeatedNames('duty.layers', duty.layers));
  duty.absences.forEach(({ person }, index) => check(`duty.absences[${index}].person`, person));
  if (duty.deputy !== 'next') check('duty.deputy', duty.deputy);
  check('duty.fallback', duty.fallback);
  duty.overrides.forEach(({ person }, index) => check(`duty.overrides[${index}].person`, person));
  const fallback = people.find(({ id }) => id === duty.fallback);
  if (fallback && waysTo(fallback).length === 0) {
    const message = `${fallback.name} is paged when all else fails, but has neither email nor webhook, phone or chat. Write one.`;
    problems.push({ path: 'duty.fallback', message });
  }
  const holes = prove(dutyPlan(duty), at, at + PROVED);
  for (const [index, hole] of holes.entries()) {
    // One mistake may leave a hole each night: the first say enough.
    if (index === MOST_HOLES) {
      const message = `And ${holes.length - index} more times within a year.`;
      problems.push({ path: problems.at(-1)?.path ?? 'duty', message });
      break;
    }
    const span = `from ${iso(hole.from)} to ${iso(hole.to)}`;
    if (hole.kind === 'two-people') {
      const message = `Both ${hole.people.join(' and ')} are on duty ${span}. Let one override end before the other begins.`;
      problems.push({ path: 'duty.overrides', message });
    } else if (!duty.rotation) {
      const message = `Nobody is on duty ${span}: no layer counts then. Write a rotation, which counts at every hour.`;
      problems.push({ path: 'duty.layers', message });
      break;
    } else if (duty.rotation.people.length === 0) {
      const message = `Nobody is on duty ${span}: the rotation is empty. Write at least one person.`;
      problems.push({ path: 'duty.rotation.people', message });
    } else {
      const message = `Nobody is on duty ${span}: the rotation starts too late. Write an earlier day, or an override.`;
      problems.push({ path: 'duty.rotation.starts', message });
    }
  }
  return problems;
}

function chainProblems(setting: ActionSetting, chain: ChainConfig, path: string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const check = (at: string, name: string, known: readonly string[], what: string): void => {
    if (!known.includes(name)) problems.push({ path: `${path}.${at}`, message: unknown(what, name, known) });
  };
  const { functions, cities } = setting.topology;
  chain.match.functions?.forEach((name, index) =>
    check(`match.functions[${index}]`, name, names(functions), 'function'),
  );
  chain.match.cities?.forEach((name, index) => check(`match.cities[${index}]`, name, names(cities), 'city'));
  chain.steps.forEach((step, index) => {
    const at = `steps[${index}]`;
    step.functions?.forEach((name, nth) => check(`${at}.functions[${nth}]`, name, names(functions), 'function'));
    if (step.do === 'page') {
      check(`${at}.target`, step.target, targetNames(setting), 'target');
    } else if (step.do === 'notify-members') {
      check(`${at}.template`, step.template, names(setting.members.templates), 'template');
    } else if (step.do === 'contact-partner' || step.do === 'open-partner-ticket') {
      check(`${at}.partner`, step.partner, ['cause', ...names(setting.partners)], 'partner');
    } else if (step.do === 'run-playbook') {
      check(`${at}.playbook`, step.playbook, names(setting.playbooks), 'playbook');
    }
  });
  return problems;
}

/** Whom broken promises and clocks page, and what clocks are about. */
function careProblems(setting: ActionSetting): ConfigProblem[] {
  const problems: ConfigProblem[] = repeatedNames('sla', setting.sla);
  const targets = targetNames(setting);
  const check = (path: string, list: readonly string[] | undefined, known: readonly string[], what: string): void =>
    list?.forEach((name, index) => {
      if (!known.includes(name)) problems.push({ path: `${path}[${index}]`, message: unknown(what, name, known) });
    });
  for (const severity of ['critical', 'major', 'minor'] as const) {
    check(`care.update.${severity}.escalate`, setting.care.update[severity]?.escalate, targets, 'target');
  }
  setting.sla.forEach(({ hours, functions, warn, broken }, index) => {
    const path = `sla[${index}]`;
    const windows = names(setting.hours);
    if (hours !== undefined && !windows.includes(hours))
      problems.push({ path: `${path}.hours`, message: unknown('window of hours', hours, windows) });
    check(`${path}.functions`, functions, names(setting.topology.functions), 'function');
    check(`${path}.warn`, warn, targets, 'target');
    check(`${path}.broken`, broken, targets, 'target');
  });
  return problems;
}

function templateProblems({ members, languages, chains }: ActionSetting): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  members.templates.forEach((template, index) => {
    for (const field of ['title', 'body', 'agent'] as const) {
      for (const language of languages.filter((one) => template[field][one] === undefined)) {
        const path = `members.templates[${index}].${field}`;
        problems.push({ path, message: `The words in ${language} are missing. Write ${language}: and the text.` });
      }
    }
  });
  const tells = chains.some((chain) => chain.steps.some((step) => step.do === 'notify-members'));
  if (tells && !members.templates.some(({ name }) => name === RECOVERED)) {
    const message = `Members are told of interruptions but never that they are over. Write a template named ${RECOVERED}.`;
    problems.push({ path: 'members.templates', message });
  }
  return problems;
}

function playbookProblems({ playbooks, commands }: ActionConfig): ConfigProblem[] {
  return playbooks.flatMap((playbook, index) =>
    (['steps', 'abort'] as const).flatMap((list) =>
      playbook[list].flatMap((step, at) =>
        commandProblems(commands, step, `playbooks[${index}].${list}[${at}].command`),
      ),
    ),
  );
}

function commandProblems(commands: readonly CommandConfig[], step: PlaybookStep, path: string): ConfigProblem[] {
  if (!step.command) return [];
  const { name, args } = step.command;
  const command = commands.find((one) => one.name === name);
  if (!command) return [{ path: `${path}.name`, message: unknown('command', name, names(commands)) }];
  if (args.length <= command.args) return [];
  const message = `The command ${name} takes at most ${command.args} argument(s), here are ${args.length}.`;
  return [{ path: `${path}.args`, message: `${message} Raise args under commands, or write fewer.` }];
}

function names(list: readonly { readonly name: string }[]): string[] {
  return list.map(({ name }) => name);
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const list = known.length === 0 ? 'none is defined' : known.slice(0, 12).join(', ');
  return `There is no ${what} "${name}". Write one of: ${list}.`;
}

function iso(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'second' });
}
