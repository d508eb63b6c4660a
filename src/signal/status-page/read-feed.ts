import { XMLParser } from 'fast-xml-parser';
import { Fault } from '../../core/fault.ts';
import { isObject } from '../alertmanager-body.ts';
import type { PageEntry, PageReading } from './entry.ts';

const MOST_ENTRIES = 100;
/** An entry that nobody wrote on for this long is over: feeds keep their history. */
const FRESH_MS = 86_400_000;

// Neither a DTD nor entities of one's own are read: the text is refused before if it has any.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  htmlEntities: false,
  trimValues: true,
});

const OVER = /\b(resolved|completed|operating normally|service restored|recovered)\b/i;

/**
 * Reads an RSS 2.0 or Atom feed of a status page. Each item is told of while it is fresh and its newest words do not say
 * that it is over; items whose titles differ only in their state are one.
 * @param now ms
 * @throws Fault `body_invalid`
 */
export function readPageFeed(text: string, now: number): PageReading {
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    throw new Fault('body_invalid', { what: 'the feed holds a DTD, which is not read' });
  let root: unknown;
  try {
    root = parser.parse(text, true);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('body_invalid', { what: `the feed is not XML: ${why}` });
  }
  const items = itemsOf(root);
  if (items === null) throw new Fault('body_invalid', { what: 'it is neither an RSS nor an Atom feed' });
  const entries = new Map<string, PageEntry>();
  for (const item of items.slice(0, MOST_ENTRIES)) {
    const entry = entryOf(item, now);
    // The newest comes first: what an older item of the same thing says no longer counts.
    if (entry && !entries.has(entry.key)) entries.set(entry.key, entry);
  }
  return { form: 'feed', entries: [...entries.values()] };
}

type Fields = Readonly<Record<string, unknown>>;

function itemsOf(root: unknown): Fields[] | null {
  if (!isObject(root)) return null;
  const rss = isObject(root['rss']) ? root['rss'] : null;
  const channel = rss && isObject(rss['channel']) ? rss['channel'] : null;
  const feed = isObject(root['feed']) ? root['feed'] : null;
  const found = channel ? channel['item'] : feed ? feed['entry'] : null;
  if (!channel && !feed) return null;
  const list = Array.isArray(found) ? found : found === undefined || found === '' ? [] : [found];
  return list.filter(isObject).toSorted((a, b) => (writtenAt(b) ?? 0) - (writtenAt(a) ?? 0));
}

function entryOf(item: Fields, now: number): PageEntry | null {
  const title = wordsOf(item['title']);
  if (title === '') return null;
  const html = textOf(item['content'] ?? item['content:encoded'] ?? item['description'] ?? item['summary']);
  // Statuspage writes every update into one text, the newest first, each with its state in bold.
  const status = /<strong>\s*([A-Za-z ]{3,40}?)\s*<\/strong>/.exec(html)?.[1] ?? '';
  const words = plain(html);
  const at = writtenAt(item);
  const said = status !== '' ? status : `${title} ${words.slice(0, 200)}`;
  return {
    key: keyOf(title) || textOf(item['guid'] ?? item['id']),
    title: title.slice(0, 300),
    status: status.toLowerCase(),
    text: words.slice(0, 4000),
    loud: 'warning',
    over: OVER.test(said) || at === null || now - at > FRESH_MS,
    startedAt: at,
    url: linkOf(item),
    components: [],
  };
}

/** A title without its state: `Service is operating normally: [RESOLVED] Errors` is about `Errors`. */
function keyOf(title: string): string {
  const bare = title
    .replace(
      /^(service (is operating normally|disruption|degradation)|informational message|performance issues)\s*:\s*/i,
      '',
    )
    .replaceAll(/\[[^\]]*\]/g, '');
  return bare.trim().toLowerCase().slice(0, 300);
}

function writtenAt(item: Fields): number | null {
  for (const field of ['updated', 'pubDate', 'published', 'dc:date']) {
    const ms = Date.parse(textOf(item[field]));
    if (!Number.isNaN(ms)) return ms;
  }
  return null;
}

function linkOf(item: Fields): string | null {
  const { link } = item;
  const first: unknown = Array.isArray(link) ? link[0] : link;
  const text = isObject(first) ? textOf(first['@href']) : textOf(first);
  return /^https?:\/\//.test(text) ? text : null;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value['#text'] === 'string' ? value['#text'] : '';
}

function wordsOf(value: unknown): string {
  return plain(textOf(value));
}

function plain(html: string): string {
  return html
    .slice(0, 50_000)
    .replaceAll(/<[^<>]{0,500}>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
