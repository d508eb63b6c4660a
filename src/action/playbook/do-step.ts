import type { StepResult } from '../nouns.ts';
import type { StepRunner } from '../ports.ts';
import type { PlaybookStep } from './config.ts';

const SHOWN = 500;

/** What a step did, and whether trying once more with the same key makes sense. */
export interface StepOutcome {
  readonly result: StepResult;
  readonly worthRetrying: boolean;
}

/** Does one step in the world. Never throws: whatever happened is the result. */
export async function doStep(
  runner: StepRunner,
  step: PlaybookStep,
  key: string,
  now: () => number,
): Promise<StepOutcome> {
  try {
    const { ok, detail, worthRetrying } = step.http
      ? await callHttp(runner, step.http, key)
      : await runCommand(runner, step.command!, key);
    return { result: { at: now(), step: step.name, ok, detail: clip(detail) }, worthRetrying };
  } catch (error) {
    // No answer: it may or may not have been done. The same key at the next try lets the other side tell.
    const detail = clip(error instanceof Error ? error.message : String(error));
    return { result: { at: now(), step: step.name, ok: false, detail }, worthRetrying: step.http !== undefined };
  }
}

interface Done {
  readonly ok: boolean;
  readonly detail: string;
  readonly worthRetrying: boolean;
}

async function callHttp(runner: StepRunner, http: NonNullable<PlaybookStep['http']>, key: string): Promise<Done> {
  const { method, url, headers, body, timeout, expect } = http;
  const answer = await runner.http({ key, method, url, headers, body, timeout });
  const ok = expect.includes(answer.status);
  const detail = ok
    ? `status ${answer.status}`
    : `status ${answer.status}, wanted ${expect.join(' or ')}: ${answer.body}`;
  return { ok, detail, worthRetrying: answer.status >= 500 || answer.status === 429 };
}

async function runCommand(
  runner: StepRunner,
  command: NonNullable<PlaybookStep['command']>,
  key: string,
): Promise<Done> {
  const { name, args, timeout } = command;
  const { code, output } = await runner.command({ key, name, args, timeout });
  return { ok: code === 0, detail: `exit ${code}${output === '' ? '' : `: ${output}`}`, worthRetrying: false };
}

function clip(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
