import { Fault } from '../../../core/fault.ts';
import { labelsKey, type Labels } from '../../../core/labels.ts';
import { parseSelector, type Matcher } from '../../../promql/index.ts';
import { countParam, instantParam, required, type QueryParams } from './params.ts';
import { success } from './render.ts';
import { storeOf, type PrometheusSource } from './source.ts';

/** Answers `series`: the label sets that any match[] finds. @throws Fault */
export function listSeries(source: PrometheusSource, params: QueryParams): string {
  if ((params['match[]'] ?? []).length === 0) throw new Fault('bad_request', { what: 'no match[] parameter provided' });
  const [from, to] = windowOf(source, params);
  const found = new Map<string, Labels>();
  for (const matchers of selectorsOf(params)) {
    for (const labels of storeOf(source).seriesLabels(matchers, from, to)) found.set(labelsKey(labels), labels);
  }
  return limited([...found.values()], params);
}

/** Answers `labels`: names of labels on the series that any match[] finds. @throws Fault */
export function listNames(source: PrometheusSource, params: QueryParams): string {
  const [from, to] = windowOf(source, params);
  return limited(
    union(selectorsOf(params), (matchers) => storeOf(source).labelNames(matchers, from, to)),
    params,
  );
}

/** Answers `label/NAME/values`. @throws Fault */
export function listValues(source: PrometheusSource, name: string, params: QueryParams): string {
  if (name === '') throw new Fault('bad_request', { what: 'invalid label name: ""' });
  const [from, to] = windowOf(source, params);
  return limited(
    union(selectorsOf(params), (matchers) => storeOf(source).labelValues(name, matchers, from, to)),
    params,
  );
}

/** Answers `metadata`: what is known of metric families. @throws Fault */
export function listMetadata(source: PrometheusSource, params: QueryParams): string {
  const limit = countParam(params, 'limit');
  const perMetric = countParam(params, 'limit_per_metric');
  const byName: Record<string, { type: string; help: string; unit: string }[]> = Object.create(null) as Record<
    string,
    { type: string; help: string; unit: string }[]
  >;
  let names = 0;
  for (const { name, type, help, unit } of storeOf(source).metadata(params['metric']?.[0] || undefined)) {
    const known = byName[name];
    if (known && perMetric > 0 && known.length >= perMetric) continue;
    if (!known && limit > 0 && names >= limit) break;
    if (known) known.push({ type, help, unit });
    else {
      byName[name] = [{ type, help, unit }];
      names++;
    }
  }
  return success(byName);
}

/** Answers `query_exemplars`: none are kept. @throws Fault */
export function listExemplars(params: QueryParams): string {
  required(params, 'query');
  return success([]);
}

/** The matchers of each match[]; one that matches everything when there is none. */
function selectorsOf(params: QueryParams): (readonly Matcher[])[] {
  const selectors = params['match[]'] ?? [];
  return selectors.length === 0 ? [[]] : selectors.map((selector) => parseSelector(selector));
}

function union(selectors: readonly (readonly Matcher[])[], find: (matchers: readonly Matcher[]) => string[]): string[] {
  if (selectors.length === 1) return find(selectors[0]!);
  return [...new Set(selectors.flatMap(find))].sort();
}

function windowOf(source: PrometheusSource, params: QueryParams): [number, number] {
  const asked = params['start']?.[0] || params['end']?.[0];
  if (!asked) return [-Infinity, Infinity];
  const from = instantParam(params, 'start', -Infinity);
  const to = instantParam(params, 'end', source.now());
  if (to < from)
    throw new Fault('bad_request', { what: 'invalid parameter "end": end timestamp must not be before start time' });
  return [from, to];
}

function limited(items: readonly unknown[], params: QueryParams): string {
  const limit = countParam(params, 'limit');
  if (limit === 0 || items.length <= limit) return success(items);
  return success(items.slice(0, limit), ['results truncated due to limit']);
}
