import { Fault } from '../../core/fault.ts';
import type { SampleBatch } from '../batch.ts';
import type { WriteOutcome } from '../store/outcome.ts';
import { authorizationOf, bare, type RemoteAddress } from './address.ts';
import { linesIn, vectorIn, type RemoteLine, type RemoteSample } from './answer.ts';
import { BlockingHttp } from './blocking-http.ts';
import { encodeBatches, WRITE_HEADERS } from './encode-batch.ts';
import type { HttpAnswer } from './http-worker.ts';
import { acknowledged, refusalOf, RemoteWriter } from './remote-writer.ts';

const QUERY_TIMEOUT_MS = 10_000;
const FORWARD_TIMEOUT_MS = 30_000;
const WATCH_MS = 100;
const DAY = 86_400_000;
/** How far back the beginning of the history is looked for, and how finely. */
const HISTORY_DAYS = 60;
const HISTORY_STEP = DAY / 4;

/**
 * Series in another engine that speaks Prometheus' query API and remote write: samples are forwarded, expressions are
 * evaluated there.
 */
export class RemoteSeries {
  readonly #address: RemoteAddress;
  readonly #base: string;
  readonly #http: BlockingHttp;
  readonly #writer: RemoteWriter;

  constructor(address: RemoteAddress) {
    this.#address = address;
    this.#base = bare(address.url);
    this.#http = new BlockingHttp(`The metrics engine at ${this.#base}`);
    this.#writer = new RemoteWriter(address);
  }

  /** Forwards samples; resolves when the other engine has taken them. @throws Fault as RemoteWriter.write */
  write(batch: SampleBatch): Promise<WriteOutcome> {
    return this.#writer.write(batch);
  }

  /** Writes and waits: what is asked next sees it. @throws Fault `unavailable`, `body_invalid` */
  writeVisible(batch: SampleBatch): WriteOutcome {
    const { status, body } = this.#http.call({
      method: 'POST',
      url: bare(this.#address.writeUrl),
      headers: { ...WRITE_HEADERS, ...authorizationOf(this.#address) },
      body: encodeBatches([batch]),
      timeout: QUERY_TIMEOUT_MS,
    });
    const refusal = refusalOf(status, body, this.#base);
    if (refusal) throw refusal;
    return acknowledged(batch);
  }

  /** The vector of an expression at an instant (ms). Blocks. @throws Fault `execution_failed`, `unavailable` */
  instant(text: string, at: number): RemoteSample[] {
    const { status, body } = this.#ask('query', { query: text, time: String(at / 1000) });
    return vectorIn(status, body);
  }

  /** The lines of an expression; times in ms. Blocks. @throws Fault `execution_failed`, `unavailable` */
  range(text: string, start: number, end: number, step: number): RemoteLine[] {
    const { status, body } = this.#ask('query_range', {
      query: text,
      start: String(start / 1000),
      end: String(end / 1000),
      step: String(step / 1000),
      // VictoriaMetrics would move start and end to its own grid; Prometheus ignores it.
      nocache: '1',
    });
    return linesIn(status, body);
  }

  /** About when the recorded history begins, ms, or null when none is found. Blocks. */
  historyStart(now: number): number | null {
    const from = now - HISTORY_DAYS * DAY;
    const lines = this.range('count({__name__=~"up|ALERTS|.+:expected"})', from, now, HISTORY_STEP);
    const first = lines[0]?.times[0];
    return first === undefined ? null : first - HISTORY_STEP;
  }

  /**
   * Passes one request of the query API on and gives its answer as it comes.
   * @param path behind /api/v1/
   * @param gone asked every tenth of a second: whether nobody waits any more
   * @throws Fault `unavailable` when nobody answers, `query_timeout`
   */
  async forward(
    path: string,
    params: Readonly<Record<string, readonly string[]>>,
    gone: () => boolean,
  ): Promise<HttpAnswer> {
    const form = new URLSearchParams();
    for (const [name, values] of Object.entries(params)) for (const value of values) form.append(name, value);
    const posted = path === 'query' || path === 'query_range' || path === 'series';
    const address = `${this.#base}/api/v1/${path}`;
    const abort = new AbortController();
    const began = performance.now();
    const watch = setInterval(() => {
      if (gone() || performance.now() - began > FORWARD_TIMEOUT_MS) abort.abort();
    }, WATCH_MS);
    try {
      const response = await fetch(posted ? address : `${address}?${form.toString()}`, {
        method: posted ? 'POST' : 'GET',
        headers: authorizationOf(this.#address),
        ...(posted ? { body: form } : {}),
        redirect: 'error',
        signal: abort.signal,
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      if (abort.signal.aborted) throw new Fault('query_timeout', { limit: `${FORWARD_TIMEOUT_MS / 1000}s` });
      throw new Fault('unavailable', { what: `The metrics engine at ${this.#base}` }, { cause: error });
    } finally {
      clearInterval(watch);
    }
  }

  close(): void {
    this.#writer.close();
    this.#http.close();
  }

  #ask(path: string, params: Record<string, string>): HttpAnswer {
    return this.#http.call({
      method: 'POST',
      url: `${this.#base}/api/v1/${path}`,
      headers: { ...authorizationOf(this.#address), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(params).toString(),
      timeout: QUERY_TIMEOUT_MS,
    });
  }
}
