import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler, type NewWork, type Outcome, type WorkItem } from '../../core/work.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import type { Delivery, Page } from '../nouns.ts';
import { textOf } from '../payload.ts';
import type { ActionTx, Taken } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { isMoot } from './moot.ts';
import { pageAnotherWay } from './other-way.ts';

/** How long a vendor has to say that the message is on the device. */
const RECEIPT_WITHIN = 15_000;
/** A receipt may be faster than the transaction that notes the delivery: it is looked for again. */
const AGAIN = 2000;
const LOOKS = 5;
/** How often one vendor's silence is answered by the next vendor, before other channels are tried. */
const MOST_VENDORS = 4;

/** What a vendor says of a message. */
export interface Receipt {
  readonly vendor: string;
  readonly reference: string;
  readonly state: 'delivered' | 'undelivered';
  /** The vendor's words. */
  readonly detail: string;
}

/** Notes that a vendor has the page and, where it sends receipts, looks for one in time. In the caller's transaction. */
export async function expectReceipt(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  page: Page,
  taken: Taken,
): Promise<void> {
  const takenAt = deps.clock.now();
  const receiptDue = taken.receipt ? takenAt + RECEIPT_WITHIN : null;
  const { vendor, reference, said } = taken;
  const none = { receiptAt: null, receipt: null };
  const id = deps.ids.next('dlv');
  const parts = { id, pageId: page.id, incidentId: page.incidentId, vendor, reference, said, takenAt, receiptDue };
  await tx.actions.insertDelivery({ ...parts, state: 'taken', ...none });
  if (receiptDue === null) return;
  const payload = { deliveryId: id };
  await tx.work.put({
    kind: ACTION_WORK.awaitReceipt,
    key: id,
    dueAt: receiptDue,
    priority: PRIORITY.page,
    payload,
  });
}

/** The row that keeps a receipt until it is noted; the vendor is answered once it is stored. */
export function receiptWork(receipt: Receipt): NewWork {
  const { vendor, reference, state, detail } = receipt;
  const key = `${vendor}/${reference}/${state}`.slice(0, 200);
  const payload = { vendor, reference, state, detail: detail.slice(0, 500), looks: 0 };
  return { kind: ACTION_WORK.noteReceipt, key, priority: PRIORITY.page, payload };
}

/** Notes a receipt at its delivery. One for an unknown message is dropped after a few looks. */
export function noteReceipt(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.noteReceipt,
    async inside(tx, item) {
      const delivery = await tx.actions.deliveryByReference(
        textOf(item, 'vendor'),
        spellings(textOf(item, 'reference')),
      );
      if (!delivery) {
        const looks = Number(item.payload['looks']) + 1;
        if (looks >= LOOKS) return DONE;
        return { kind: 'again', dueAt: deps.clock.now() + AGAIN, payload: { ...item.payload, looks } };
      }
      // The first word about the device counts; a "delivered" after a "silent" still says that it arrived.
      if (delivery.state === 'delivered' || delivery.state === 'undelivered') return DONE;
      const detail = textOf(item, 'detail');
      const receipt = { receiptAt: deps.clock.now(), receipt: detail };
      if (textOf(item, 'state') === 'delivered') return delivered(tx, services, delivery, receipt, item);
      await tx.actions.updateDelivery(delivery.id, { state: 'undelivered', ...receipt });
      if (delivery.state === 'silent') return DONE;
      return nextVendor(tx, deps, services, delivery, `${delivery.vendor} says: ${detail}`, 'undelivered', item);
    },
  };
}

/** The receipt is due: if none has come and nobody accepted, the next vendor gets the page. */
export function awaitReceipt(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.awaitReceipt,
    async inside(tx, item) {
      const delivery = await tx.actions.delivery(textOf(item, 'deliveryId'));
      if (delivery?.state !== 'taken') return DONE;
      await tx.actions.updateDelivery(delivery.id, { state: 'silent' });
      const seconds = Math.round(RECEIPT_WITHIN / 1000);
      const words = `${delivery.vendor} sent no receipt within ${seconds} s`;
      return nextVendor(tx, deps, services, delivery, words, 'no-receipt', item);
    },
  };
}

async function delivered(
  tx: ActionTx,
  services: ActionServices,
  delivery: Delivery,
  receipt: { receiptAt: number; receipt: string },
  item: WorkItem,
): Promise<Outcome> {
  await tx.actions.updateDelivery(delivery.id, { state: 'delivered', ...receipt });
  const page = await tx.actions.page(delivery.pageId);
  if (!page) return DONE;
  await tx.journal.append({
    ...factOf(delivery, item),
    fact: ACTION_FACTS.pageDelivered,
    summary: `The page by ${page.channel} is on the device of ${nameOf(services, page)}, says ${delivery.vendor}`,
    data: { vendor: delivery.vendor, channel: page.channel, receipt: receipt.receipt },
  });
  return DONE;
}

async function nextVendor(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  delivery: Delivery,
  words: string,
  reason: string,
  item: WorkItem,
): Promise<Outcome> {
  const page = await tx.actions.page(delivery.pageId);
  const incident = page && (await tx.incidents.byId(page.incidentId));
  if (!page || !incident || page.acceptedAt !== null) return DONE;
  const causeId = await tx.journal.append({
    ...factOf(delivery, item),
    fact: ACTION_FACTS.pageUndelivered,
    summary: `The page by ${page.channel} to ${nameOf(services, page)} did not arrive: ${words}`,
    reason,
    data: { vendor: delivery.vendor, channel: page.channel },
  });
  // Accepted or over meanwhile: nobody is woken for it any more.
  const handover = page.about === null ? null : await tx.actions.incidentHandover(page.about);
  if (isMoot(page, incident, handover) || page.state !== 'handed-over') return DONE;
  const tried = await tx.actions.deliveriesOfPage(page.id);
  const vendors = services.channel(page.channel)?.vendors ?? 1;
  if (tried.length < Math.min(vendors, MOST_VENDORS)) {
    await tx.actions.updatePage(page.id, { state: 'due' });
    const payload = { pageId: page.id };
    await tx.work.put({
      kind: ACTION_WORK.sendPage,
      key: page.key,
      priority: PRIORITY.page,
      payload,
      causeId,
    });
    return DONE;
  }
  await tx.actions.updatePage(page.id, { state: 'failed', lastError: words });
  await pageAnotherWay(tx, deps, services, page, causeId);
  return DONE;
}

function factOf(delivery: Delivery, item: WorkItem) {
  return {
    actor: systemActor('action'),
    subject: { kind: 'page' as const, id: delivery.pageId },
    incidentId: delivery.incidentId,
    causeId: item.causeId ?? undefined,
  };
}

function nameOf(services: Pick<ActionServices, 'setting'>, page: Page): string {
  return services.setting().people.find(({ id }) => id === page.person)?.name ?? page.person;
}

/**
 * How a vendor may spell the reference: SMSCs answer a submit with hexadecimal and send receipts with decimal digits, or
 * the other way round, with or without zeros in front.
 */
function spellings(reference: string): readonly string[] {
  const all = new Set([reference, reference.toLowerCase(), reference.toUpperCase()]);
  if (/^\d{1,19}$/.test(reference)) {
    const hex = BigInt(reference).toString(16);
    for (const text of [hex, hex.toUpperCase(), hex.padStart(8, '0'), String(BigInt(reference))]) all.add(text);
  }
  if (/^[0-9a-f]{1,16}$/i.test(reference)) {
    const value = BigInt(`0x${reference}`);
    for (const text of [value.toString(10), value.toString(16)]) all.add(text);
  }
  return [...all];
}
