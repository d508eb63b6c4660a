import { isObject } from '../alertmanager-body.ts';

const MOST_ALIAS = 512;

/** What is done to an alert, by the last part of the path. Those that are only kept change no alert. */
export const OPSGENIE_ACTIONS: Readonly<Record<string, 'close' | 'acknowledge' | 'keep'>> = {
  close: 'close',
  acknowledge: 'acknowledge',
  unacknowledge: 'keep',
  notes: 'keep',
  message: 'keep',
  description: 'keep',
  priority: 'keep',
  tags: 'keep',
  details: 'keep',
};

/** What is wrong with a new alert as Opsgenie says it, or null. */
export function wrongOpsgenieAlert(body: unknown): string | null {
  if (!isObject(body)) return 'Request body is not processable. Please check the errors.';
  const { message, alias } = body;
  if (typeof message !== 'string' || message.trim() === '') return 'message can not be empty.';
  if (alias !== undefined && (typeof alias !== 'string' || alias.length > MOST_ALIAS)) {
    return `alias must be text of at most ${MOST_ALIAS} characters.`;
  }
  return null;
}

/** A request to Opsgenie's alert API as one body for the mapping: what is asked, about which alias, and what was sent. */
export function opsgenieBody(action: string, alias: string, body: unknown): Record<string, unknown> {
  return { ...(isObject(body) ? body : {}), action, alias };
}
