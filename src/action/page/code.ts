import type { Page } from '../nouns.ts';
import type { Secrets } from '../ports.ts';

/**
 * Six digits that accept a page when they are sent back from where it went to. They belong to the page's key, so that
 * every try shows the same ones.
 */
export function codeOf(secrets: Secrets, page: Pick<Page, 'key'>): string {
  const digest = secrets.hash(secrets.derive(`code:${page.key}`));
  return String(Number.parseInt(digest.slice(0, 12), 16) % 1_000_000).padStart(6, '0');
}
