import type { LinkUse, LinkView } from '../../action/index.ts';
import { titleIn, type Title } from '../../action/services.ts';
import { PURPOSE_WORDS } from '../../action/page/purpose.ts';
import type { Config } from '../../config/index.ts';
import { formatDuration } from '../../core/duration.ts';
import type { NextStep } from './chain-next.ts';
import { escapeHtml } from './status-html.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#16202c;--paper:#f6f7f9;--card:#fff;--line:#d5dbe3;--amber:#b45f06;--red:#b3191c;--go:#1f6f43;--soft:#566273}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--paper:#10161e;--card:#18212c;--line:#2c3947;--amber:#ffb454;--red:#ff9c94;--go:#2e8b57;--soft:#9fb0c2}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,sans-serif;display:grid;place-items:start center;min-height:100vh;padding:24px 16px}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:24px 22px;display:grid;gap:14px}
h1{font-size:1.35rem;line-height:1.3;margin:0;overflow-wrap:anywhere}p,dl,ul{margin:0}.sev{color:var(--amber);font-weight:700;letter-spacing:.01em}.critical{color:var(--red)}
.trip{padding:10px 12px;border-radius:10px;border:1px solid var(--red);color:var(--red);font-weight:650}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:8px 16px;padding-top:14px;border-top:1px solid var(--line)}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}dd small,.note{color:var(--soft);font-size:.9rem}dd ul{padding-left:1.1em;font-size:.94rem}
button{width:100%;font:inherit;font-weight:700;padding:17px;border:0;border-radius:10px;background:var(--go);color:#fff;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid var(--amber);outline-offset:2px}a{color:inherit}button.quiet{background:none;color:inherit;border:1px solid var(--line);font-weight:600;padding:12px}.pair{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:10px}.pair:empty{display:none}form{margin:0}`;

/** What the page tells besides the link's own facts. */
export interface AcceptFacts {
  /** The present instant, ms. */
  readonly now: number;
  /** What happens next by itself. */
  readonly next: NextStep | null;
  /** How many observations tell of members in a trip. */
  readonly inTrip: number;
}

/** What the acceptance link shows before and after it was used: who is hurt, the one button, then why and what is next. */
export function acceptHtml(config: AcceptConfig, link: LinkView | LinkUse, facts: AcceptFacts): string {
  const { name: operator, url, duty, care } = config;
  const { incident, person, page } = link;
  const { mark } = PURPOSE_WORDS[page.purpose];
  const most = care.snooze[incident.severity];
  const trip =
    facts.inTrip === 0
      ? ''
      : `<p class="trip">${facts.inTrip === 1 ? 'A member' : `${facts.inTrip} members`} in a trip ${facts.inTrip === 1 ? 'has' : 'have'} called</p>`;
  return linkPage({
    title: `Incident ${incident.number} - ${operator}`,
    body: `<p class="sev ${incident.severity}">${escapeHtml(operator)} · incident ${incident.number} · ${incident.severity}</p><h1>${escapeHtml(`${mark}${incident.title}`)}</h1>${trip}${stateOf(link)}${buttonsOf(link, most, duty.zone)}${factsOf(config, link, facts)}
<p><a href="${escapeHtml(url)}/incidents/${encodeURIComponent(incident.id)}">Open the incident</a></p><p class="note">This link is for ${escapeHtml(person.name)} alone.</p>`,
  });
}

type AcceptConfig = Pick<Config, 'name' | 'url' | 'duty' | 'care'> & {
  readonly incidentSettings: Pick<Config['incidentSettings'], 'topology'>;
};

const KINDS = { own: 'own system', partner: 'partner', change: 'a change' } as const;

/** What is hurt, since when, probably why, and what happens next: names as people say them, times where they work. */
function factsOf({ duty, incidentSettings }: AcceptConfig, link: LinkView, { now, next }: AcceptFacts): string {
  const { incident } = link;
  const { topology } = incidentSettings;
  const local = (at: number): string =>
    Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(duty.zone)
      .toPlainTime()
      .toString({ smallestUnit: 'minute' });
  const titles = (names: readonly string[], all: readonly { name: string; title: Title }[]): string =>
    names.map((name) => escapeHtml(titleIn(all.find((one) => one.name === name)?.title, 'en', name))).join(', ');
  const functions = titles(incident.functions, topology.functions);
  const cities = titles(incident.cities, topology.cities);
  const hurt = functions === '' ? cities : cities === '' ? functions : `${functions} in ${cities}`;
  const { cause } = incident;
  const reasons = cause?.reasons.slice(0, 4).map((reason) => `<li>${escapeHtml(reason)}</li>`) ?? [];
  const open = incident.state === 'open' || incident.state === 'accepted';
  const age = formatDuration(Math.max(60_000, Math.round((now - incident.startedAt) / 60_000) * 60_000));
  const rows: [string, string][] = [
    ['Hurt', hurt === '' ? 'not known yet' : hurt],
    ['Since', `${local(incident.startedAt)}${open ? `, ${age} ago` : ''} <small>${escapeHtml(duty.zone)}</small>`],
    [
      'Probable cause',
      cause === null
        ? 'not known yet'
        : `<strong>${escapeHtml(topology.titleOf(cause.component))}</strong> (${KINDS[cause.kind]})<ul>${reasons.join('')}</ul>`,
    ],
    ...(open && next !== null
      ? [['Next', `${local(next.at)}: ${escapeHtml(next.title)}`] satisfies [string, string]]
      : []),
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

/** A page behind a link in a message: it needs no script and works on any phone. */
export function linkPage({ title, body }: { readonly title: string; readonly body: string }): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>`;
}

/** What an address that leads to no page of an incident shows. */
export function unknownLinkHtml({ name: operator, url }: Pick<Config, 'name' | 'url'>): string {
  return linkPage({
    title: `Unknown link - ${operator}`,
    body: `<p class="sev">${escapeHtml(operator)}</p><h1>This link leads nowhere</h1><p>It was cut off on its way, or the incident is long over. Nothing was changed.</p>
<p><a href="${escapeHtml(url)}/">Open Lamplighter</a></p>`,
  });
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
