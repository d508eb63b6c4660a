import type { Deps } from '../../core/transaction.ts';
import { channelsOf } from '../chain/target.ts';
import { PAGE_CHANNELS, type Page, type PageChannelName, type Person } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { insertPages } from './create-page.ts';

/**
 * A page does not get through: the person's other channels are tried beside it, and if there is none that reaches a
 * person, the fallback is paged. The failing page goes on being tried: its fate may only be unknown.
 */
export async function pageAnotherWay(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  services: ActionServices,
  page: Page,
  causeId: string,
): Promise<void> {
  const { people, duty } = services.setting();
  const siblings = (await tx.actions.pagesOf(page.incidentId)).filter(
    (one) => one.chainRunId === page.chainRunId && one.reason === page.reason && one.person === page.person,
  );
  const find = (id: string): Person | undefined => people.find((person) => person.id === id);
  const used = siblings.map((one) => one.channel);
  const person = find(page.person);
  const devices = person?.account ? (await tx.actions.pushDevices(person.account)).length : 0;
  const reaching = PAGE_CHANNELS.filter((channel) => channel !== 'push' || devices > 0);
  const free = person ? channelsOf(person, reaching).filter(({ channel }) => !used.includes(channel)) : [];
  const reached = siblings.some((one) => one.channel !== 'log' && one.state === 'handed-over');
  const fallback = find(duty.fallback);
  const keyOf = (id: string, channel: PageChannelName): string =>
    `page-${services.secrets.hash(JSON.stringify([page.key, id, channel])).slice(0, 40)}`;
  const { incidentId, chainRunId, reason: why, purpose, about } = page;
  const parts = { incidentId, chainRunId, reason: why, purpose, about };
  if (person) await insertPages(tx, deps, services.secrets, { ...parts, person, channels: free, keyOf }, causeId);
  const othersLeft = reached || free.some(({ channel }) => channel !== 'log');
  if (othersLeft || !fallback || fallback.id === page.person) return;
  const channels = channelsOf(fallback, PAGE_CHANNELS);
  const reason = `fallback, because ${page.person} could not be reached: ${page.reason}`;
  await insertPages(tx, deps, services.secrets, { ...parts, reason, person: fallback, channels, keyOf }, causeId);
}
