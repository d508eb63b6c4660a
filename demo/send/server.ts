import type { z } from 'zod';
import { me } from '../../src/api/contract.ts';

/** The server answered, but not with what was asked for. */
class ServerAnswer extends Error {
  readonly status: number;

  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} answered ${status}: ${body.slice(0, 400)}`);
    this.status = status;
  }
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  /** Goes with this API token instead of the signed-in session. */
  readonly token?: string;
}

/** The server's API as a program outside sees it. Answers are read through the published contract. */
export class Server {
  readonly url: string;
  #cookie = '';

  constructor(url: string) {
    this.url = url;
  }

  /** Signs in as an administrator; later requests carry the session. */
  async signIn(name: string, password: string): Promise<void> {
    const response = await this.#fetch('/ops/v1/session', { method: 'POST', body: { name, password } });
    me.parse(await response.json());
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  /** Asks for JSON and reads it through a schema. Throws ServerAnswer on any status that is not a success. */
  async ask<T extends z.ZodType>(path: string, schema: T, asked: Asked = {}): Promise<z.infer<T>> {
    const response = await this.#fetch(path, asked);
    const body: unknown = await response.json();
    const read = schema.safeParse(body);
    if (read.success) return read.data;
    const first = read.error.issues[0];
    throw new Error(`${path} does not keep its contract: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`);
  }

  /** Sends JSON and looks only at the status. Throws ServerAnswer on any status that is not a success. */
  async tell(path: string, body: unknown, token?: string): Promise<void> {
    const response = await this.#fetch(path, { method: 'POST', body, ...(token === undefined ? {} : { token }) });
    await response.arrayBuffer();
  }

  /** The text of a page, for what has no schema. */
  async read(path: string): Promise<string> {
    return (await this.#fetch(path, {})).text();
  }

  async #fetch(path: string, { method = 'GET', body, token }: Asked): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    else if (this.#cookie !== '') headers['cookie'] = this.#cookie;
    // A browser names the origin of its requests; the server refuses changes from a session of another one.
    if (method !== 'GET') headers['origin'] = this.url;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    if (!response.ok) throw new ServerAnswer(method, path, response.status, await response.text());
    return response;
  }
}
