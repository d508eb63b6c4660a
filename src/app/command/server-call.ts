import { readFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';

/** Where a running server is, and the token to be shown to it. */
export interface ServerOptions {
  readonly url?: string;
  readonly tokenFile?: string;
}

/**
 * Calls a running server.
 * @param body JSON, or a text of the type given
 * @throws Fault with the server's words; `unavailable` when it cannot be reached
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function callServer<T>(options: ServerOptions, method: string, path: string, body?: unknown): Promise<T> {
  const url = (options.url ?? '').replace(/\/+$/, '');
  const token = tokenOf(options);
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Fault('unavailable', { what: `The server at ${url}` }, { cause: error });
  }
  const text = await response.text();
  if (!response.ok) throw new Fault('bad_request', { what: wordsOf(text) ?? `${url} answered ${response.status}` });
  return (response.headers.get('content-type')?.includes('json') ? JSON.parse(text || 'null') : text) as T;
}

function tokenOf({ tokenFile }: ServerOptions): string {
  const token = tokenFile === undefined ? process.env['LAMPLIGHTER_TOKEN'] : readFileSync(tokenFile, 'utf8').trim();
  if (token === undefined || token === '')
    throw new Fault('bad_request', {
      what: 'With --url a token is needed: set LAMPLIGHTER_TOKEN, or name a file with --token-file. Tokens are made on the Settings page.',
    });
  return token;
}

function wordsOf(text: string): string | null {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : null;
  } catch {
    return null;
  }
}
