import { actionProblems } from '../action/index.ts';
import {
  eventOf,
  expectationProblems,
  parseRuleFile,
  watchOf,
  watchProblems,
  wordLanguages,
  type EnginePlan,
  type RuleGroup,
} from '../expectation/index.ts';
import { alertProblems, alertSettings, workProblems, type AlertSettings } from '../alert/index.ts';
import {
  causeExpressions,
  incidentProblems,
  incidentSettings,
  labelsAt,
  type IncidentSettings,
} from '../incident/index.ts';
import type { AttributionSetting } from '../partner/index.ts';
import { compileSources, signalProblems, type Integration, type Source } from '../signal/index.ts';
import { readIntegrations } from './integrations.ts';
import { readDocument, type ConfigDocument, type Mistake } from './document.ts';
import { wrongExpression } from './expression.ts';
import { keysAt } from './known-key.ts';
import { configFault, pathWords, wordsOf } from './mistake.ts';
import { ruleDefinitions, writtenDefinitions, type RuleDefinition } from './rule-definition.ts';
import { outsideProblems } from './outside.ts';
import { configSchema, type ConfigValues } from './sections.ts';

export { outsideProblems, outsideSchema, type OutsideConfig } from './outside.ts';
export { importedFromAlertmanager } from './import/alertmanager.ts';
export type { Imported } from './import/draft.ts';
export { importedFromOnCall } from './import/oncall.ts';
export { importedFromOpsgenie } from './import/opsgenie.ts';
export { importedFromPagerDuty } from './import/pagerduty.ts';
export { importedText } from './import/whole.ts';
export { configNotes } from './notes.ts';
export { wrongExpression } from './expression.ts';
export { withDefinitions, type ActivatedDefinition, type UnusedDefinition } from './overlay.ts';
export { configSchema } from './sections.ts';
export { compileDefinition, nameOfDefinition, type RuleDefinition } from './rule-definition.ts';

/** The configuration, validated whole, with what is worked out from it once. */
export interface Config extends ConfigValues {
  readonly compiledSources: ReadonlyMap<string, Source>;
  /** How the incident's silent ones are asked for. */
  readonly attribution: AttributionSetting;
  readonly alertSettings: AlertSettings;
  /** The integrations that come with the program, and one's own. */
  readonly knownIntegrations: readonly Integration[];
  readonly incidentSettings: IncidentSettings;
  readonly groups: readonly RuleGroup[];
  readonly plan: EnginePlan;
  /** Rules that an improvement can change. */
  readonly definitions: readonly RuleDefinition[];
}

/** A file that the configuration names. */
export interface NamedFile {
  readonly path: string;
  readonly text: string;
}

export interface ConfigInput {
  /** How the file is named in messages. */
  readonly file: string;
  readonly text: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The files that a pattern of `rules` names, relative to the configuration file. */
  /** The present instant, ms: from then on somebody must be on duty. */
  readonly now: number;
  readonly filesOf: (pattern: string) => readonly NamedFile[];
  /** Why there are no holidays for a country and state, in words; null when there are. */
  readonly holidayMistake?: (country: string, state: string | null) => string | null;
  /** The integrations that come with the program. */
  readonly integrations?: readonly Integration[];
}

/** Milliseconds between two evaluations of what names no interval. */
const DEFAULT_INTERVAL = 30_000;

/**
 * Reads and validates the whole configuration, rule files included.
 * @throws Fault `config_invalid` with every mistake: file, line, what to write instead
 */
export function readConfig(input: ConfigInput): Config {
  const document = readDocument(input.text, input.file, input.env);
  if (document.mistakes.length > 0 && document.value === null) throw configFault(document.mistakes);
  const parsed = configSchema.safeParse(document.value ?? {});
  const mistakes: Mistake[] = [...document.mistakes];
  if (!parsed.success) {
    // A value that is missing in the environment is told once, not also for being empty.
    const missing = new Set(mistakes.map(({ line }) => line));
    const found = parsed.error.issues.flatMap((issue) => mistakesOf(issue, document, input.file));
    throw configFault([...mistakes, ...found.filter(({ line }) => !missing.has(line))]);
  }
  const values = parsed.data;
  const integrations = readIntegrations(values.integrations, input, document, mistakes);
  const problems = [
    ...signalProblems(values, integrations),
    ...expectationProblems(values, input.holidayMistake ?? (() => null)),
    ...watchProblems(
      values,
      values.topology.functions.map(({ name }) => name),
    ),
    ...alertProblems(values, values.chains),
    ...workProblems(values.maintenance, {
      zone: values.duty.zone,
      components: [...values.topology.components, ...values.topology.redundancy].map(({ name }) => name),
      unplaced: values.topology.components
        .filter(({ match }) => Object.keys(match).length === 0)
        .map(({ name }) => name),
      functions: values.topology.functions.map(({ name }) => name),
      tell: [...values.people.map(({ id }) => id), ...values.partners.map(({ name }) => name)],
    }),
    ...incidentProblems(values, values.sources),
    ...partnerNameProblems(values),
    ...actionProblems(values, input.now),
    ...outsideProblems(values.outside, values.people),
  ];
  for (const { path, message } of problems)
    mistakes.push({ file: input.file, line: document.lineOf(pathOf(path)), what: message });
  mistakes.push(...expressionMistakes(values, document, input.file));
  const definitions = writtenDefinitions((document.value as Partial<ConfigValues> | null) ?? {});
  const groups = ruleGroups(values, input, document, mistakes, definitions);
  if (mistakes.length > 0) throw configFault(mistakes);
  const compiledSources = compileSources(values.sources, integrations);
  const incidents = incidentSettings(values, compiledSources);
  return {
    ...values,
    compiledSources,
    attribution: values.fleet.attribution,
    alertSettings: alertSettings(values, (places) => labelsAt(incidents.topology, places), values.duty.zone),
    knownIntegrations: integrations,
    incidentSettings: incidents,
    groups,
    plan: planOf(values, groups),
    definitions,
  };
}

function mistakesOf(issue: Parameters<typeof wordsOf>[0], document: ConfigDocument, file: string): Mistake[] {
  const meant = meantForm(issue);
  if (meant) return meant.flatMap((inner) => mistakesOf(inner, document, file));
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const what = wordsOf(issue, (place) => keysAt(configSchema, place));
  const at = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path;
  return [{ file, line: document.lineOf(at), what }];
}

/** Of a setting with several forms: what is wrong with the form that was meant, the one whose kind of value fits. */
function meantForm(issue: Parameters<typeof wordsOf>[0]): Parameters<typeof wordsOf>[0][] | null {
  if (issue.code !== 'invalid_union') return null;
  const fitting = issue.errors.filter(
    (form) => !form.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const [form] = fitting;
  return form && fitting.length === 1
    ? form.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
    : null;
}

function pathOf(path: string | readonly (string | number)[]): readonly (string | number)[] {
  if (typeof path !== 'string') return path;
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Every PromQL expression outside rule files. */
function expressionMistakes(values: ConfigValues, document: ConfigDocument, file: string): Mistake[] {
  const found: Mistake[] = [];
  const check = (expr: string, path: readonly (string | number)[]): void => {
    const wrong = wrongExpression(expr);
    if (wrong !== null) found.push({ file, line: document.lineOf(path), what: `${pathWords(path)}: ${wrong}` });
  };
  values.watermarks.forEach(({ expr }, index) => check(expr, ['watermarks', index, 'expr']));
  values.indicators.forEach(({ expr, forecast }, index) => {
    check(expr, ['indicators', index, 'expr']);
    if (forecast.expr !== undefined) check(forecast.expr, ['indicators', index, 'forecast', 'expr']);
  });
  const { learn, cause } = values.incidents;
  learn.forEach(({ expr }, index) => check(expr, ['incidents', 'learn', index, 'expr']));
  for (const { expr, path } of cause === undefined ? [] : causeExpressions(cause)) check(expr, path);
  check(values.fleet.attribution.silent, ['fleet', 'attribution', 'silent']);
  check(values.fleet.attribution.total, ['fleet', 'attribution', 'total']);
  values.playbooks.forEach((playbook, index) => {
    playbook.guard.forEach(({ expr }, guard) => check(expr, ['playbooks', index, 'guard', guard, 'expr']));
    if (playbook.verify) check(playbook.verify.expr, ['playbooks', index, 'verify', 'expr']);
  });
  return found;
}

function ruleGroups(
  values: ConfigValues,
  input: ConfigInput,
  document: ConfigDocument,
  mistakes: Mistake[],
  definitions: RuleDefinition[],
): RuleGroup[] {
  const groups: RuleGroup[] = [];
  values.rules.forEach((pattern, index) => {
    if (typeof pattern !== 'string') return;
    const files = input.filesOf(pattern);
    if (files.length === 0 && !/[*?[]/.test(pattern)) {
      mistakes.push({
        file: input.file,
        line: document.lineOf(['rules', index]),
        what: `rules: there is no file ${pattern} (paths are relative to this file)`,
      });
    }
    for (const { path, text } of files) {
      const parsed = parseRuleFile(text, path, wrongExpression);
      for (const fault of parsed.faults) mistakes.push({ file: fault.file, line: fault.line, what: fault.message });
      groups.push(...parsed.groups);
      if (parsed.faults.length === 0) definitions.push(...ruleDefinitions(text));
    }
  });
  return groups;
}

function planOf(values: ConfigValues, groups: readonly RuleGroup[]): EnginePlan {
  const { cities } = values.topology;
  return {
    groups,
    watermarks: values.watermarks,
    indicators: values.indicators,
    calendars: values.calendars,
    falseAlarms: values.levels.false_alarms,
    watches: values.rules.flatMap((rule) => (typeof rule === 'string' ? [] : [watchOf(rule)])),
    events: values.events.map(eventOf),
    languages: wordLanguages(values.languages),
    zones: Object.fromEntries(cities.map(({ name, zone }) => [name, zone])),
    titles: Object.fromEntries(cities.map(({ name, title }) => [name, title ?? name])),
    externalUrl: values.url,
    exponential: values.metrics.exponential_histograms,
    interval: DEFAULT_INTERVAL,
  };
}

/** Partners that what comes in names, besides those of sources. */
function partnerNameProblems({
  partners,
  snmp,
  syslog,
  gbfs,
  status_pages: pages,
}: ConfigValues): { path: string; message: string }[] {
  const named = [
    ...(snmp?.senders ?? []).map(({ partner }, index) => ({ partner, path: `snmp.senders[${index}].partner` })),
    ...gbfs.map(({ partner }, index) => ({ partner, path: `gbfs[${index}].partner` })),
    ...pages.map(({ partner }, index) => ({ partner, path: `status_pages[${index}].partner` })),
    { partner: syslog?.partner, path: 'syslog.partner' },
  ];
  const known = partners.map(({ name }) => name);
  return named.flatMap(({ partner, path }) =>
    partner === undefined || known.includes(partner)
      ? []
      : [{ path, message: `There is no partner "${partner}". Write it under partners, or leave it out here.` }],
  );
}
