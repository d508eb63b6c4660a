import { escapeHtml } from './status-html.ts';
import type { PublicStatus } from './public-status.ts';

/** Interruptions as Atom 1.0 (RFC 4287): one entry each, with a stable id, updated with every word. */
export function atomFeed(status: PublicStatus, url: string): string {
  const language = status.languages[0] ?? 'en';
  const say = (text: Readonly<Record<string, string>>): string =>
    escapeHtml(text[language] ?? Object.values(text)[0] ?? '');
  const iso = (at: number): string => new Date(at).toISOString();
  const newest = Math.max(
    0,
    ...status.interruptions.flatMap(({ notices }) => notices.map(({ publishedAt }) => publishedAt)),
  );
  const entries = status.interruptions.map(({ id, notices, startedAt }) => {
    const latest = notices[0];
    const words = notices
      .map(
        (notice) => `<p><b>${iso(notice.publishedAt).slice(0, 16).replace('T', ' ')} UTC</b> ${say(notice.body)}</p>`,
      )
      .join('');
    return `  <entry>
    <id>urn:lamplighter:${id}</id>
    <title>${latest ? say(latest.title) : ''}</title>
    <updated>${iso(latest?.publishedAt ?? startedAt)}</updated>
    <published>${iso(startedAt)}</published>
    <link rel="alternate" href="${escapeHtml(url)}/status"/>
    <content type="html">${escapeHtml(words)}</content>
  </entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">
  <id>${escapeHtml(url)}/status</id>
  <title>${escapeHtml(status.title)}</title>
  <updated>${iso(newest || status.at)}</updated>
  <author><name>${escapeHtml(status.title)}</name></author>
  <link rel="self" href="${escapeHtml(url)}/status/atom.xml"/>
${entries.join('\n')}
</feed>
`;
}
