import type { PublicStatus } from './public-status.ts';

const WORDS = {
  en: {
    ok: 'All services work',
    degraded: 'Some services do not work as they should',
    down: 'An interruption is going on',
    since: 'since',
    none: 'No interruption in the last 14 days.',
  },
  de: {
    ok: 'Alle Dienste arbeiten',
    degraded: 'Einige Dienste arbeiten nicht wie gewohnt',
    down: 'Es gibt eine Störung',
    since: 'seit',
    none: 'Keine Störung in den letzten 14 Tagen.',
  },
} as const;

/**
 * The status page's words as plain HTML: what a reader without scripts, a search engine or a slow phone sees, in the
 * document itself.
 */
export function statusHtml(status: PublicStatus, language: string): string {
  const words = language === 'de' ? WORDS.de : WORDS.en;
  const say = (text: Readonly<Record<string, string>>): string =>
    text[language] ?? text['en'] ?? Object.values(text)[0] ?? '';
  const interruptions = status.interruptions.map((interruption) => {
    const told = interruption.notices.map((notice) => {
      const at = new Date(notice.publishedAt).toISOString();
      return `<h3>${escapeHtml(say(notice.title))}</h3><p><time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time></p><p>${escapeHtml(say(notice.body))}</p>`;
    });
    return `<article>${told.join('')}</article>`;
  });
  const functions = status.functions.map(({ title, cities }) => {
    const wrong = cities
      .filter(({ state }) => state !== 'ok')
      .map(({ city }) => status.cities.find(({ name }) => name === city)?.title ?? city);
    return `<li>${escapeHtml(say(title))}: ${wrong.length === 0 ? '✓' : `✗ ${escapeHtml(wrong.join(', '))}`}</li>`;
  });
  return `<main><h1>${escapeHtml(status.title)}</h1><p><strong>${words[status.state]}</strong></p><ul>${functions.join('')}</ul>${interruptions.join('') || `<p>${words.none}</p>`}</main>`;
}

/** Text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
