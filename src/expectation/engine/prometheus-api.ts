import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import {
  evaluateInstant,
  evaluateRange,
  formatExpr,
  formatValue,
  parseExpr,
  parseSelector,
  type Evaluated,
  type MatrixSeries,
} from '../../promql/index.ts';
import type { SeriesStore } from '../../series/index.ts';

/** An answer of the Prometheus API, ready to be sent. */
export interface PrometheusAnswer {
  readonly status: number;
  readonly body: string;
}

export type QueryParams = Readonly<Record<string, readonly string[]>>;

const MAX_POINTS = 11_000;
const DEFAULT_TIMEOUT_MS = 120_000;

/** What answering needs: the store, the present instant, and a stopwatch for time-outs (ms, any origin). */
export interface PrometheusSource {
  readonly store: SeriesStore;
  now(): number;
  elapsed(): number;
}

/**
 * Answers one request of the Prometheus query API: `path` is what stands behind /api/v1/.
 * Source: prometheus/prometheus docs/querying/api.md.
 */
export function answerPrometheus(source: PrometheusSource, path: string, params: QueryParams): PrometheusAnswer {
  try {
    return { status: 200, body: respond(source, path, params) };
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('internal', { id: 'query' }, { cause: error });
    const [status, errorType] = classOf(fault);
    const message =
      error instanceof Fault ? fault.message : `${fault.message} ${error instanceof Error ? error.message : ''}`;
    return { status, body: JSON.stringify({ status: 'error', errorType, error: message }) };
  }
}

function classOf(fault: Fault): [number, string] {
  switch (fault.code) {
    case 'query_timeout':
      return [503, 'timeout'];
    case 'execution_failed':
    case 'query_too_large':
      return [422, 'execution'];
    case 'not_found':
      return [404, 'not_found'];
    case 'internal':
      return [500, 'internal'];
    default:
      return [400, 'bad_data'];
  }
}

function respond(source: PrometheusSource, path: string, params: QueryParams): string {
  const label = /^label\/([^/]+)\/values$/.exec(path);
  if (label)
    return success(
      limited(
        source.store.labelValues(unescapeName(decodeURIComponent(label[1]!)), ...firstMatch(source, params)),
        params,
      ),
    );
  switch (path) {
    case 'query':
      return instant(source, params);
    case 'query_range':
      return range(source, params);
    case 'series':
      return success(limited(seriesOf(source, params), params));
    case 'labels':
      return success(limited(source.store.labelNames(...firstMatch(source, params)), params));
    case 'metadata':
      return success(metadata(source, params));
    case 'format_query':
      return success(formatExpr(parseExpr(required(params, 'query'))));
    case 'status/buildinfo':
      // Clients tell the flavour and what they may ask by this; the language is that of Prometheus 3.
      return success({
        version: '3.0.0',
        revision: '',
        branch: '',
        buildUser: '',
        buildDate: '',
        goVersion: '',
        features: {},
      });
    default:
      throw new Fault('not_found', { what: 'path', id: path });
  }
}

function instant(source: PrometheusSource, params: QueryParams): string {
  const text = required(params, 'query');
  const at = params['time']?.[0] === undefined ? source.now() : instantOf(params['time'][0], 'time');
  const evaluated = evaluateInstant(parseExpr(text), { source: source.store, at, text, ...limits(source, params) });
  const { result } = evaluated;
  switch (result.kind) {
    case 'scalar':
    case 'string': {
      const value = result.kind === 'scalar' ? formatValue(result.value) : result.value;
      return envelope(
        `{"resultType":"${result.kind}","result":[${seconds(result.time)},${JSON.stringify(value)}]}`,
        evaluated,
      );
    }
    case 'vector': {
      const rows = result.samples
        .filter(({ histogram }) => histogram === undefined)
        .map(
          ({ labels, time, value }) =>
            `{"metric":${JSON.stringify(labels)},"value":[${seconds(time)},"${formatValue(value)}"]}`,
        );
      return envelope(`{"resultType":"vector","result":[${rows.join(',')}]}`, evaluated);
    }
    case 'matrix':
      return envelope(`{"resultType":"matrix","result":[${result.series.map(matrixRow).join(',')}]}`, evaluated);
  }
}

function range(source: PrometheusSource, params: QueryParams): string {
  const text = required(params, 'query');
  const start = instantOf(required(params, 'start'), 'start');
  const end = instantOf(required(params, 'end'), 'end');
  const step = durationOf(required(params, 'step'), 'step');
  if (!(step > 0)) throw new Fault('bad_request', { what: '"step" must be greater than 0.' });
  if (end < start) throw new Fault('bad_request', { what: '"end" must not be before "start".' });
  if ((end - start) / step > MAX_POINTS) {
    throw new Fault('bad_request', {
      what: `exceeded maximum resolution of ${MAX_POINTS} points per timeseries. Raise "step" or shorten the range.`,
    });
  }
  const evaluated = evaluateRange(parseExpr(text), {
    source: source.store,
    start,
    end,
    step,
    text,
    ...limits(source, params),
  });
  return envelope(`{"resultType":"matrix","result":[${evaluated.result.series.map(matrixRow).join(',')}]}`, evaluated);
}

function matrixRow({ labels, times, values }: MatrixSeries): string {
  let points = '';
  for (let index = 0; index < times.length; index++) {
    points += `${index === 0 ? '' : ','}[${seconds(times[index]!)},"${formatValue(values[index]!)}"]`;
  }
  return `{"metric":${JSON.stringify(labels)},"values":[${points}]}`;
}

function envelope(data: string, { warnings, infos }: Evaluated): string {
  const remarks = `${warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : ''}${infos.length > 0 ? `,"infos":${JSON.stringify(infos)}` : ''}`;
  return `{"status":"success","data":${data}${remarks}}`;
}

function success(data: unknown): string {
  return JSON.stringify({ status: 'success', data });
}

function seriesOf(source: PrometheusSource, params: QueryParams): Labels[] {
  const selectors = params['match[]'] ?? [];
  if (selectors.length === 0) throw new Fault('bad_request', { what: 'no match[] parameter provided' });
  const [from, to] = window(source, params);
  const found = new Map<string, Labels>();
  for (const selector of selectors) {
    for (const labels of source.store.seriesLabels(parseSelector(selector), from, to))
      found.set(JSON.stringify(labels), labels);
  }
  return [...found.values()];
}

/** Matchers and window for listing names and values; several match[] are not joined but the first is taken. */
function firstMatch(source: PrometheusSource, params: QueryParams): [ReturnType<typeof parseSelector>, number, number] {
  const selector = params['match[]']?.[0];
  return [selector === undefined ? [] : parseSelector(selector), ...window(source, params)];
}

function window(source: PrometheusSource, params: QueryParams): [number, number] {
  const from = params['start']?.[0];
  const to = params['end']?.[0];
  return [
    from === undefined ? -Infinity : instantOf(from, 'start'),
    to === undefined ? source.now() : instantOf(to, 'end'),
  ];
}

function metadata(
  source: PrometheusSource,
  params: QueryParams,
): Record<string, { type: string; help: string; unit: string }[]> {
  const byName: Record<string, { type: string; help: string; unit: string }[]> = {};
  for (const { name, type, help, unit } of source.store.metadata(params['metric']?.[0]))
    (byName[name] ??= []).push({ type, help, unit });
  return byName;
}

function limited<T>(items: readonly T[], params: QueryParams): readonly T[] {
  const limit = Number(params['limit']?.[0] ?? 0);
  return limit > 0 ? items.slice(0, limit) : items;
}

function limits(
  source: PrometheusSource,
  params: QueryParams,
): { shouldStop: () => boolean; timeLimit: string; lookback?: number } {
  const asked = params['timeout']?.[0];
  const timeout = Math.min(asked === undefined ? DEFAULT_TIMEOUT_MS : durationOf(asked, 'timeout'), DEFAULT_TIMEOUT_MS);
  const deadline = source.elapsed() + timeout;
  const lookback = params['lookback_delta']?.[0];
  return {
    shouldStop: () => source.elapsed() > deadline,
    timeLimit: `${timeout / 1000}s`,
    ...(lookback === undefined ? {} : { lookback: durationOf(lookback, 'lookback_delta') }),
  };
}

function required(params: QueryParams, name: string): string {
  const value = params[name]?.[0];
  if (value === undefined || value === '')
    throw new Fault('bad_request', { what: `invalid parameter "${name}": it is missing` });
  return value;
}

/** Unix seconds or RFC 3339 to ms. */
function instantOf(text: string, name: string): number {
  const number = Number(text);
  const ms = text !== '' && Number.isFinite(number) ? Math.round(number * 1000) : Date.parse(text);
  if (Number.isNaN(ms))
    throw new Fault('bad_request', {
      what: `invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`,
    });
  return ms;
}

/** Seconds or a Prometheus duration to ms. */
function durationOf(text: string, name: string): number {
  const number = Number(text);
  if (text !== '' && Number.isFinite(number)) return Math.round(number * 1000);
  try {
    return parseDuration(text);
  } catch {
    throw new Fault('bad_request', { what: `invalid parameter "${name}": cannot parse "${text}" to a valid duration` });
  }
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

/** A label name as clients escape UTF-8 names for paths: `U__` and `_HEX_`. */
function unescapeName(name: string): string {
  if (!name.startsWith('U__')) return name;
  return name
    .slice(3)
    .replaceAll(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex: string | undefined) =>
      hex === undefined ? (whole === '__' ? '_' : whole) : String.fromCodePoint(parseInt(hex, 16)),
    );
}
