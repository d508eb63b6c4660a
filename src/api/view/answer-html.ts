import type { CallView } from '../../action/index.ts';
import { linkPage } from './accept-html.ts';
import { escapeHtml } from './status-html.ts';

const BUTTONS = {
  test: 'I got it',
  'hand-over': 'I take the duty over',
  swap: 'I accept the swap',
  notice: 'Noted',
} as const;
const DONE = {
  test: 'Thank you: this way to you works.',
  'hand-over': 'You have taken the duty over.',
  swap: 'The swap is accepted.',
  notice: 'Noted.',
} as const;

/** What the link of a message about the duty shows before and after it was used. */
export function answerHtml(operator: string, { call, person }: CallView, url: string): string {
  const state =
    call.answeredAt === null
      ? `<form method="post"><button type="submit">${BUTTONS[call.kind]}</button></form>`
      : `<p><strong>${DONE[call.kind]}</strong></p>`;
  const text = call.text
    .split('\n')
    .map((line) => escapeHtml(line))
    .join('<br>');
  return linkPage({
    title: `${call.subject} - ${operator}`,
    body: `<p class="sev">${escapeHtml(operator)} · duty</p><h1>${escapeHtml(call.subject)}</h1><p>${text}</p>${state}
<p><a href="${escapeHtml(url)}/duty">Open the duty plan</a></p><p class="note">This link is for ${escapeHtml(person)} alone.</p>`,
  });
}
