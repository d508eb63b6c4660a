import { Fault } from '../../../core/fault.ts';
import { parseExpr, printExpr } from '../../../promql/index.ts';
import type { GroupReport, ReportedAlert, RuleReport } from '../report.ts';
import type { QueryParams } from './params.ts';
import { success } from './render.ts';
import type { PrometheusSource } from './source.ts';

/** Answers `rules`. Filters: type=alert|record, rule_name[], rule_group[], file[], exclude_alerts. @throws Fault */
export function listRules(source: PrometheusSource, params: QueryParams): string {
  const type = params['type']?.[0] ?? '';
  if (type !== '' && type !== 'alert' && type !== 'record')
    throw new Fault('bad_request', { what: `invalid parameter "type": not supported value "${type}"` });
  const names = wanted(params, 'rule_name[]');
  const inGroups = wanted(params, 'rule_group[]');
  const files = wanted(params, 'file[]');
  const withoutAlerts = ['true', '1'].includes(params['exclude_alerts']?.[0] ?? '');
  const groups = source
    .rules()
    .groups.filter(({ name, file }) => inGroups(name) && files(file))
    .map((group) => {
      const rules = group.rules.filter(
        ({ kind, name }) => (type === '' || (type === 'alert') === (kind === 'alerting')) && names(name),
      );
      return { group, rules };
    })
    // A filter by rule leaves out the groups in which nothing is left; an empty group is shown otherwise.
    .filter(({ group, rules }) => rules.length > 0 || group.rules.length === 0)
    .map(({ group, rules }) => groupJson(group, rules, withoutAlerts));
  return success({ groups });
}

/** Answers `alerts`: what is pending or firing, of rules, watermarks and indicators. */
export function listAlerts(source: PrometheusSource): string {
  const { groups, watermarks, indicators } = source.rules();
  const rules = [...groups.flatMap(({ rules }) => rules), ...watermarks, ...indicators];
  return success({ alerts: rules.flatMap(({ alerts }) => alerts.map(alertJson)) });
}

function wanted(params: QueryParams, name: string): (value: string) => boolean {
  const values = params[name] ?? [];
  return (value) => values.length === 0 || values.includes(value);
}

/** Go's zero time: what Prometheus shows for what has not happened. */
const NEVER = '0001-01-01T00:00:00Z';

function groupJson(group: GroupReport, rules: readonly RuleReport[], withoutAlerts: boolean): unknown {
  return {
    name: group.name,
    file: group.file,
    rules: rules.map((rule) => ruleJson(rule, withoutAlerts)),
    interval: group.interval / 1000,
    limit: group.limit,
    evaluationTime: (group.ms ?? 0) / 1000,
    lastEvaluation: group.at === null ? NEVER : new Date(group.at).toISOString(),
  };
}

function ruleJson(rule: RuleReport, withoutAlerts: boolean): unknown {
  const [last] = rule.runs;
  const common = {
    name: rule.name,
    query: printExpr(parseExpr(rule.expr)),
    labels: rule.labels,
    health: rule.health,
    ...(last?.error ? { lastError: last.error } : {}),
    evaluationTime: (last?.ms ?? 0) / 1000,
    lastEvaluation: last ? new Date(last.at).toISOString() : NEVER,
  };
  if (rule.kind === 'recording') return { ...common, type: 'recording' };
  return {
    state: rule.state,
    ...common,
    duration: rule.for / 1000,
    keepFiringFor: rule.keepFiringFor / 1000,
    annotations: rule.annotations,
    ...(withoutAlerts ? {} : { alerts: rule.alerts.map(alertJson) }),
    type: 'alerting',
  };
}

function alertJson(alert: ReportedAlert): unknown {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state,
    activeAt: new Date(alert.activeAt).toISOString(),
    ...(alert.keptSince === null ? {} : { keepFiringSince: new Date(alert.keptSince).toISOString() }),
    value: exponential(alert.value ?? NaN),
  };
}

/** A number as Go's %e with the shortest digits: 1 is `1e+00`. */
function exponential(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
