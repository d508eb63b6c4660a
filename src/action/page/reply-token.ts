import type { Page } from '../nouns.ts';
import type { Secrets } from '../ports.ts';
import type { ActionSetting } from '../services.ts';

/**
 * The token in the address that a page's mail is answered to. It belongs to the page's key, so that each try has the same
 * one, and to nothing else: to one person, one incident, one occasion. Lower case, because mail programs change the case.
 */
export function replyToken(secrets: Secrets, page: Pick<Page, 'key'>): string {
  return `r${secrets.hash(secrets.derive(`reply:${page.key}`)).slice(0, 40)}`;
}

/** The address that a page's mail is answered to, `name+TOKEN@domain`; null where answers are not read. */
export function replyAddress(
  { mail }: Pick<ActionSetting, 'mail'>,
  secrets: Secrets,
  page: Pick<Page, 'key' | 'replyHash'>,
): string | null {
  if (!mail?.reply_to || page.replyHash === null) return null;
  return mail.reply_to.replace('@', `+${replyToken(secrets, page)}@`);
}
