import type { LinkUse, LinkView } from '../../action/index.ts';
import { PURPOSE_WORDS } from '../../action/page/purpose.ts';
import type { Config } from '../../config/index.ts';
import { formatDuration } from '../../core/duration.ts';
import { escapeHtml } from './status-html.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#16202c;--paper:#f6f7f9;--card:#fff;--line:#d5dbe3;--amber:#b45f06;--go:#1f6f43;--soft:#566273}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--paper:#10161e;--card:#18212c;--line:#2c3947;--amber:#ffb454;--go:#2e8b57;--soft:#9fb0c2}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,sans-serif;display:grid;place-items:start center;min-height:100vh;padding:24px 16px}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:24px;display:grid;gap:14px}
h1{font-size:1.3rem;line-height:1.3;margin:0}p,dl{margin:0}.sev{color:var(--amber);font-weight:700;letter-spacing:.02em}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 14px}dt{color:var(--soft)}dd{margin:0}
button{width:100%;font:inherit;font-weight:700;padding:16px;border:0;border-radius:10px;background:var(--go);color:#fff;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid var(--amber);outline-offset:2px}a{color:inherit}button.quiet{background:none;color:inherit;border:1px solid var(--line);font-weight:600;padding:12px}.pair{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:10px}.pair:empty{display:none}form{margin:0}.note{color:var(--soft);font-size:.9rem}`;

/** What the acceptance link shows before and after it was used. */
export function acceptHtml(
  { name: operator, url, duty, care }: Pick<Config, 'name' | 'url' | 'duty' | 'care'>,
  link: LinkView | LinkUse,
): string {
  const { incident, person, page } = link;
  const { mark } = PURPOSE_WORDS[page.purpose];
  const rows: [string, string][] = [
    ['Since', `${new Date(incident.startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['Functions', incident.functions.join(', ') || 'none known'],
    ['Cities', incident.cities.join(', ') || 'none known'],
    ...(incident.cause ? [['Probable cause', incident.cause.component] as [string, string]] : []),
  ];
  const facts = rows.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  const most = care.snooze[incident.severity];
  return linkPage({
    title: `Incident ${incident.number} - ${operator}`,
    body: `<p class="sev">${escapeHtml(operator)} · incident ${incident.number} · ${incident.severity}</p><h1>${escapeHtml(`${mark}${incident.title}`)}</h1><dl>${facts}</dl>${stateOf(link)}${buttonsOf(link, most, duty.zone)}
<p><a href="${escapeHtml(url)}/incidents/${encodeURIComponent(incident.id)}">Open the incident</a></p><p class="note">This link is for ${escapeHtml(person.name)} alone.</p>`,
  });
}

/** A page behind a link in a message: it needs no script and works on any phone. */
export function linkPage({ title, body }: { readonly title: string; readonly body: string }): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>`;
}

const DONE: Readonly<Record<Exclude<LinkUse['outcome'], 'already-accepted' | 'refused'>, string>> = {
  accepted: '<strong>You have accepted it.</strong> Escalation stops.',
  'taken-over': '<strong>You have taken it over.</strong>',
  confirmed: '<strong>You are on it.</strong>',
  declined: '<strong>You have declined it.</strong>',
  snoozed: '<strong>Snoozed.</strong> It wakes by itself, and before that when it gets worse.',
  'given-back': '<strong>Given back.</strong> Escalation goes on.',
  over: '<strong>It is over already.</strong> Nothing to accept.',
};

function stateOf(link: LinkView | LinkUse): string {
  const by = escapeHtml(link.incident.acceptedBy ?? 'somebody');
  if ('outcome' in link) {
    if (link.outcome === 'refused') return `<p><strong>${escapeHtml(link.why ?? 'It cannot be done.')}</strong></p>`;
    if (link.outcome !== 'already-accepted') return `<p>${DONE[link.outcome]}</p>`;
    return `<p><strong>${escapeHtml(link.acceptedBy ?? 'Somebody')} has accepted it already.</strong></p>`;
  }
  if (link.incident.state !== 'open' && link.incident.state !== 'accepted')
    return '<p><strong>It is over.</strong></p>';
  if (link.isOwner) return '<p><strong>You have it.</strong></p>';
  return link.incident.state === 'accepted' ? `<p><strong>${by} has accepted it.</strong></p>` : '';
}

/** What can be done next: forms, because a GET never acts. */
function buttonsOf(link: LinkView | LinkUse, most: number | null, zone: string): string {
  const { incident, handover, isOwner, snoozedUntil } = link;
  const button = (words: string, query: string, quiet = false): string =>
    `<form method="post" action="?${query}"><button type="submit"${quiet ? ' class="quiet"' : ''}>${words}</button></form>`;
  if (incident.state !== 'open' && incident.state !== 'accepted') return '';
  if (handover?.state === 'asked' && !handover.declined.includes(link.person.id)) {
    return button('Take it over', 'answer=accept') + button('I cannot', 'answer=decline', true);
  }
  if (incident.state === 'open') return button('Accept: I take it', 'answer=accept');
  if (!isOwner) return '';
  if (snoozedUntil !== null) {
    const local = Temporal.Instant.fromEpochMilliseconds(snoozedUntil).toZonedDateTimeISO(zone);
    return `<p>Snoozed until ${local.toPlainTime().toString({ smallestUnit: 'minute' })}.</p>`;
  }
  const spans = [15, 30, 60, 240].filter((minutes) => most !== null && minutes * 60_000 <= most);
  const snoozes = spans.map((minutes) =>
    button(`Snooze ${formatDuration(minutes * 60_000)}`, `answer=snooze&amp;for=${minutes}m`, true),
  );
  return `${button('I am on it', 'answer=confirm')}<div class="pair">${snoozes.join('')}</div>${button('Give it back', 'answer=give-back', true)}`;
}
