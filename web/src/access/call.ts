/** One way to the server: JSON in, JSON out, and every failure an RFC 9457 problem with words for a person. */
import { tellTime } from '../shell/clock.ts';
import i18next from 'i18next';
import type { Problem } from '../api-types.ts';

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

function made(status: number, code: string, detail: string): ProblemError {
  return new ProblemError({ type: 'about:blank', title: detail, status, detail, code, retryable: true });
}

async function problemOf(response: Response): Promise<ProblemError> {
  try {
    const body = (await response.json()) as Problem | { error: string; errorType: string };
    if ('detail' in body && typeof body.detail === 'string') return new ProblemError(body);
    // The query API answers as Prometheus does.
    if ('error' in body && typeof body.error === 'string') return made(response.status, body.errorType, body.error);
  } catch {
    // Not JSON: a proxy in between may answer with a page of its own.
  }
  return made(response.status, 'unexpected', i18next.t('fault.answered', { status: response.status }));
}

type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/**
 * Calls the API.
 * @throws ProblemError with the server's words, or with ours when the server could not be reached.
 */
export async function call<T>(verb: Verb, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method: verb, headers: { accept: 'application/json' }, credentials: 'same-origin' };
  if (body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
    tellTime(response.headers.get('lamplighter-time'));
  } catch {
    throw made(0, 'unreachable', i18next.t('fault.unreachable'));
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** A path with its query; parameters that are undefined or empty are left out. */
export function pathOf(path: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What to show a person about any failure. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
