import { Fault } from '../../core/fault.ts';
import { formatExpr, parseExpr } from '../../promql/index.ts';
import { listExemplars, listMetadata, listNames, listSeries, listValues } from './prometheus/listing.ts';
import { required, unescapeName, type QueryParams } from './prometheus/params.ts';
import { parseTree } from './prometheus/parse-tree.ts';
import { instantQuery, QUERY_TIMEOUT_MS, rangeQuery } from './prometheus/query.ts';
import { success } from './prometheus/render.ts';
import { listAlerts, listRules } from './prometheus/rules.ts';
import { isCancelled, storeOf, type CancelFlag, type PrometheusSource, type QuerySource } from './prometheus/source.ts';
import { answerStatus } from './prometheus/status.ts';

/** An answer of the Prometheus API, ready to be sent. */
export interface PrometheusAnswer {
  readonly status: number;
  /** JSON text; long ones in UTF-8, to be handed between threads without a copy. */
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The paths behind /api/v1/ that evaluate an expression. */
export type QueryPath = 'query' | 'query_range';

const LABEL_VALUES = /^label\/([^/]+)\/values$/;
const DATA = new Set(['query', 'query_range', 'series', 'labels', 'metadata', 'query_exemplars', 'status/tsdb']);

/** Whether a path (behind /api/v1/) asks for samples or series: what another engine answers when there is one. */
export function asksForData(path: string): boolean {
  return DATA.has(path) || LABEL_VALUES.test(path);
}

/**
 * Answers one request of the Prometheus query API: `path` is what stands behind /api/v1/.
 * @param flag raised when the client went away: the evaluation ends early
 * Source: prometheus/prometheus docs/querying/api.md.
 */
export function answerPrometheus(
  source: PrometheusSource,
  path: string,
  params: QueryParams,
  flag?: CancelFlag,
): PrometheusAnswer {
  if (isCancelled(flag)) return CANCELLED;
  try {
    return { status: 200, body: respond(source, path, params, flag) };
  } catch (error) {
    return isCancelled(flag) ? CANCELLED : failure(error);
  }
}

/** An error in Prometheus' envelope. */
export function failure(error: unknown): PrometheusAnswer {
  const fault = error instanceof Fault ? error : new Fault('internal', { id: 'query' }, { cause: error });
  const [status, errorType] = classOf(fault);
  const message =
    error instanceof Fault ? fault.message : `${fault.message} ${error instanceof Error ? error.message : ''}`;
  return { status, body: JSON.stringify({ status: 'error', errorType, error: message }) };
}

/** What nobody waits for any more; the status is the one Prometheus uses for it. */
const CANCELLED: PrometheusAnswer = {
  status: 499,
  body: JSON.stringify({ status: 'error', errorType: 'canceled', error: 'query was canceled' }),
};

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
    case 'unavailable':
    case 'overloaded':
      return [503, 'unavailable'];
    default:
      return [400, 'bad_data'];
  }
}

function respond(source: PrometheusSource, path: string, params: QueryParams, flag?: CancelFlag): string {
  const label = LABEL_VALUES.exec(path);
  if (label) return listValues(source, unescapeName(decoded(label[1]!)), params);
  if (path.startsWith('status/')) {
    const answer = answerStatus(source, path.slice('status/'.length));
    if (answer !== null) return answer;
  }
  switch (path) {
    case 'query':
    case 'query_range':
      return evaluated(querySource(source), path, params, flag);
    case 'series':
      return listSeries(source, params);
    case 'labels':
      return listNames(source, params);
    case 'metadata':
      return listMetadata(source, params);
    case 'query_exemplars':
      return listExemplars(params);
    case 'rules':
      return listRules(source, params);
    case 'alerts':
      return listAlerts(source);
    case 'alertmanagers':
      return success({ activeAlertmanagers: [], droppedAlertmanagers: [] });
    case 'targets':
      return success({ activeTargets: source.targets(), droppedTargets: [], droppedTargetCounts: {} });
    case 'format_query':
      return success(formatExpr(parseExpr(required(params, 'query'))));
    case 'parse_query':
      return success(parseTree(parseExpr(required(params, 'query'))));
    default:
      throw new Fault('not_found', { what: 'path', id: path });
  }
}

/** The embedded store as a source for queries. @throws Fault `not_found` when there is none */
function querySource(source: PrometheusSource): QuerySource {
  const store = storeOf(source);
  const select: QuerySource['series']['select'] = (matchers, from, to) => store.scan(matchers, from, to);
  return {
    series: { select },
    timeout: QUERY_TIMEOUT_MS,
    now: () => source.now(),
    elapsed: () => source.elapsed(),
  };
}

/** Answers `query` or `query_range` from any source of series, as answerPrometheus does. */
export function answerQuery(
  source: QuerySource,
  path: QueryPath,
  params: QueryParams,
  flag?: CancelFlag,
): PrometheusAnswer {
  if (isCancelled(flag)) return CANCELLED;
  try {
    return { status: 200, body: evaluated(source, path, params, flag) };
  } catch (error) {
    return isCancelled(flag) ? CANCELLED : failure(error);
  }
}

function evaluated(source: QuerySource, path: QueryPath, params: QueryParams, flag?: CancelFlag): string {
  try {
    return path === 'query' ? instantQuery(source, params, flag) : rangeQuery(source, params, flag);
  } catch (error) {
    // A text cannot be longer than half a gigabyte.
    if (!(error instanceof RangeError)) throw error;
    throw new Fault('execution_failed', { what: 'the answer is too long to be written; narrow the query' });
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault('bad_request', { what: `invalid label name: "${text}"` });
  }
}
