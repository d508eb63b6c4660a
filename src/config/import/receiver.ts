import { nodes, slug, textOf, writtenOf, type Draft, type Node } from './draft.ts';

type Where = (...path: (string | number)[]) => string;

/** The receivers of Alertmanager as chains. */
export interface Receivers {
  /** The chain's name. A receiver that the file does not define is told. */
  nameOf(title: string, where: string): string;
  /** Ways out that the receivers need besides those of every import. */
  readonly outside: Readonly<Record<string, unknown>>;
}

/** Receivers that another pager stands behind: Lamplighter pages by itself. */
const PAGERS = ['pagerduty_configs', 'opsgenie_configs', 'victorops_configs', 'jira_configs', 'incidentio_configs'];
/** Receivers whose address is an incoming webhook of a chat: the field of a person, and of the address here. */
const CHATS: Readonly<Record<string, readonly [string, string]>> = {
  slack_configs: ['slack', 'api_url'],
  mattermost_configs: ['mattermost', 'webhook_url'],
  msteams_configs: ['teams', 'webhook_url'],
  msteamsv2_configs: ['teams', 'webhook_url'],
};

/** Makes a chain of each receiver, and people of those whom they mail or call. */
export function receiversOf(draft: Draft, where: Where, receivers: readonly Node[], global: Node): Receivers {
  const outside: Record<string, unknown> = {};
  const relay = relayOf(draft, receivers, global);
  const allowed = new Set<string>();
  receivers.forEach((receiver, index) => {
    const title = textOf(receiver['name']) ?? `receiver-${index}`;
    const name = draft.chainName(title, title);
    const at: Where = (...path) => where('receivers', index, ...path);
    const targets = [...mailed(draft, receiver, at), ...called(draft, receiver, at, allowed)];
    for (const [kind, [field, address]] of Object.entries(CHATS)) {
      nodes(receiver[kind]).forEach((config, nth) => {
        targets.push(chat(draft, config, { field, title, place: at(kind, nth, address) }));
      });
    }
    nodes(receiver['telegram_configs']).forEach((config, nth) => {
      const id = writtenOf(config['chat_id']) ?? '';
      outside['telegram'] = {
        token: draft.need('TELEGRAM_TOKEN', `token of the bot (${at('telegram_configs', nth)})`),
      };
      targets.push({
        id: draft.person(`telegram ${id}`, `telegram-${id.replace('-', '')}`, { telegram: id }),
        by: 'telegram',
      });
    });
    leaveOthers(draft, receiver, at, name);
    const steps: object[] = targets.map(({ id, by }) => ({ do: 'page', target: id, by: [by] }));
    const pager = PAGERS.some((kind) => nodes(receiver[kind]).length > 0);
    if (pager || steps.length === 0) {
      if (!pager) draft.leave(at('name'), `it tells nobody, so chain "${name}" opens a ticket`);
      else {
        steps.push({ do: 'page', target: 'focal', by: 'own' });
        steps.push({ after: '5m', do: 'page', target: 'deputy', by: 'own', only: 'unaccepted' });
      }
    }
    draft.chains.push({ name, steps: [{ do: 'open-ticket' }, ...steps] });
  });
  if (relay) outside['email'] = relay;
  if (allowed.size > 0) outside['allow'] = [...allowed];
  return {
    outside,
    nameOf(title, place) {
      if (!draft.hasChain(title)) draft.leave(place, `there is no receiver "${title}" in the file`);
      return draft.chainName(title, title);
    },
  };
}

interface Target {
  readonly id: string;
  readonly by: string;
}

function mailed(draft: Draft, receiver: Node, at: Where): Target[] {
  return nodes(receiver['email_configs']).flatMap((config, nth) =>
    (textOf(config['to']) ?? '').split(',').flatMap((part) => {
      const address = /<([^>]+)>/.exec(part)?.[1] ?? part.trim();
      if (/^[^\s@<>,;"{}]+@[^\s@<>,;"{}]+$/.test(address)) {
        return [{ id: draft.person(address, address, { email: address }), by: 'email' }];
      }
      if (address !== '')
        draft.leave(
          at('email_configs', nth, 'to'),
          `"${address}" is no address that stands for itself; write the person under people`,
        );
      return [];
    }),
  );
}

function called(draft: Draft, receiver: Node, at: Where, allowed: Set<string>): Target[] {
  return nodes(receiver['webhook_configs']).flatMap((config, nth) => {
    const url = textOf(config['url']);
    const parsed = url === undefined ? null : URL.parse(url);
    if (!parsed || !/^https?:$/.test(parsed.protocol)) {
      draft.leave(at('webhook_configs', nth), 'the address is not in the file; write it as the webhook of a person');
      return [];
    }
    // Plain http and private hosts are called only when they are named.
    if (parsed.protocol === 'http:') allowed.add(parsed.hostname);
    draft.leave(
      at('webhook_configs', nth),
      "what is posted there is a page, and not Alertmanager's body; see docs/migrate.md",
    );
    return [{ id: draft.person(url!, parsed.hostname, { webhook: url! }), by: 'webhook' }];
  });
}

function chat(
  draft: Draft,
  config: Node,
  { field, title, place }: { readonly field: string; readonly title: string; readonly place: string },
): Target {
  const channel = textOf(config['channel']);
  const words = channel ?? title;
  const key = `${field} ${words}`;
  const known = draft.idOf(key);
  if (known !== undefined) return { id: known, by: field };
  const address = draft.need(`${field}_${slug(words)}`, `address of the incoming webhook for ${words} (${place})`);
  return { id: draft.person(key, words, { [field]: address }), by: field };
}

function leaveOthers(draft: Draft, receiver: Node, at: Where, name: string): void {
  const known = ['name', 'email_configs', 'webhook_configs', 'telegram_configs', ...Object.keys(CHATS)];
  for (const kind of Object.keys(receiver)) {
    if (known.includes(kind)) continue;
    if (PAGERS.includes(kind)) {
      draft.leave(
        at(kind),
        `Lamplighter pages by itself: chain "${name}" pages the person on duty and then the deputy; import people and schedules from there too`,
      );
    } else
      draft.leave(at(kind), `this way out has no counterpart; write another one at a person and in chain "${name}"`);
  }
}

/** The relay of the mails: of the whole file, or of the first receiver that names one. The password stays out. */
function relayOf(draft: Draft, receivers: readonly Node[], global: Node): object | null {
  const config = receivers
    .flatMap((receiver) => nodes(receiver['email_configs']))
    .find((one) => textOf(one['smarthost']));
  const host = textOf(global['smtp_smarthost']) ?? textOf(config?.['smarthost']);
  const from = textOf(global['smtp_from']) ?? textOf(config?.['from']);
  if (host === undefined || from === undefined) return null;
  const user = textOf(global['smtp_auth_username']) ?? textOf(config?.['auth_username']);
  const login =
    user === undefined
      ? ''
      : `${encodeURIComponent(user)}:${draft.need('SMTP_PASSWORD', 'password at the relay, with what an address cannot hold written as %40 and the like')}@`;
  const scheme = host.endsWith(':465') ? 'smtps' : 'smtp';
  return { from, relays: [`${scheme}://${login}${host}`] };
}
