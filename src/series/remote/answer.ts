import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import { parseNumber } from '../../promql/value/number.ts';

/** One element of a vector from another engine. */
export interface RemoteSample {
  readonly labels: Labels;
  readonly value: number;
}

/** One series of a range query from another engine; times in ms. */
export interface RemoteLine {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

interface Envelope {
  readonly status?: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: unknown };
}

type Pair = readonly [number, string];

/** The vector in an answer to an instant query; a scalar is a vector without labels. @throws Fault */
export function vectorIn(status: number, body: string): RemoteSample[] {
  const { resultType, result } = dataIn(status, body);
  if (resultType === 'scalar') return [{ labels: {}, value: valueOf((result as Pair)[1]) }];
  if (resultType !== 'vector') throw new Fault('execution_failed', { what: `it gives a ${resultType}, not a vector` });
  return (result as { metric: Labels; value?: Pair }[]).flatMap(({ metric, value }) =>
    value ? [{ labels: metric, value: valueOf(value[1]) }] : [],
  );
}

/** The lines in an answer to a range query. @throws Fault */
export function linesIn(status: number, body: string): RemoteLine[] {
  const { result } = dataIn(status, body);
  return (result as { metric: Labels; values?: readonly Pair[] }[]).map(({ metric, values = [] }) => ({
    labels: metric,
    times: Float64Array.from(values, ([time]) => Math.round(time * 1000)),
    values: Float64Array.from(values, ([, value]) => valueOf(value)),
  }));
}

function dataIn(status: number, body: string): { readonly resultType: string; readonly result: unknown } {
  let envelope: Envelope;
  try {
    envelope = JSON.parse(body) as Envelope;
  } catch {
    throw new Fault('unavailable', { what: `The metrics engine (status ${status}, not JSON: ${body.slice(0, 200)})` });
  }
  const { data, error } = envelope;
  if (envelope.status === 'success' && typeof data?.resultType === 'string' && data.result !== undefined)
    return { resultType: data.resultType, result: data.result };
  const what = error ?? `status ${status}`;
  if (status === 503 || status === 429 || status >= 500)
    throw new Fault('unavailable', { what: `The metrics engine (${what})` });
  throw new Fault('execution_failed', { what });
}

function valueOf(text: string): number {
  return parseNumber(text) ?? Number(text);
}
