/** The thread that makes HTTP calls for one that waits for the answers. */
import { parentPort, type MessagePort } from 'node:worker_threads';

/** One call; the time limit in ms. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A call with where its answer goes: first the message, then the signal. */
export interface HttpJob {
  readonly call: HttpCall;
  readonly signal: Int32Array;
  readonly port: MessagePort;
}

async function answer({ method, url, headers, body, timeout }: HttpCall): Promise<HttpAnswer | { error: string }> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body === null ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    return { error: cause ?? (error instanceof Error ? error.message : String(error)) };
  }
}

parentPort?.on('message', ({ call, signal, port }: HttpJob) => {
  void answer(call).then((found) => {
    port.postMessage(found);
    port.close();
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  });
});
