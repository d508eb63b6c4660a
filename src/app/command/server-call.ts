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
 * @throws Fault with the server's words, or why it cannot be reached
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function callServer<T>(options: ServerOptions, method: string, path: string, body?: unknown): Promise<T> {
  const url = (options.url ?? '').replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new Fault('bad_request', {
      what: `"${url}" is no address of a server. Write --url http://localhost:8642, or set LAMPLIGHTER_URL.`,
    });
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
    throw new Fault(
      'bad_request',
      { what: `The server at ${url} cannot be reached: ${reasonOf(error)}.` },
      { cause: error },
    );
  }
  const text = await response.text();
  if (response.status === 401)
    throw new Fault('bad_request', {
      what: `The server at ${url} does not take this token: it was mistyped, it has expired, or it was revoked. Tokens are made on the Settings page.`,
    });
  if (!response.ok) throw new Fault('bad_request', { what: wordsOf(text) ?? `${url} answered ${response.status}` });
  return (response.headers.get('content-type')?.includes('json') ? JSON.parse(text || 'null') : text) as T;
}

/** Why a request came to nothing, in the words of the system. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
}

function tokenOf({ tokenFile }: ServerOptions): string {
  const token = tokenFile === undefined ? process.env['LAMPLIGHTER_TOKEN'] : readFileSync(tokenFile, 'utf8').trim();
  if (token === undefined || token === '')
    throw new Fault('bad_request', {
      what: 'A token is needed: set LAMPLIGHTER_TOKEN, or name a file that holds one with --token-file. Tokens are made on the Settings page; most commands need one of the role duty.',
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
