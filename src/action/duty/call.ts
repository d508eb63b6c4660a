import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler } from '../../core/work.ts';
import { LAST_TRY, pauseAfter, spreadOf } from '../backoff.ts';
import { channelsOf } from '../chain/target.ts';
import { ACTION_WORK, PRIORITY } from '../facts.ts';
import { PAGE_CHANNELS, type DutyCall, type PageChannelName, type Person } from '../nouns.ts';
import { subscriptionOf } from '../page/push-device.ts';
import { textOf } from '../payload.ts';
import type { ActionTx, OutgoingMessage, PageChannel, Taken } from '../ports.ts';
import type { ActionServices } from '../services.ts';

/** What to tell a person beside the pages of incidents. */
export interface CallParts {
  readonly kind: DutyCall['kind'];
  readonly subjectId: string;
  readonly person: Person;
  readonly subject: string;
  readonly text: string;
  /** Counts repeated calls about the same thing: each has its own key. */
  readonly round: number;
  /** The ways; all but calls when left out, because a call can only read pages. */
  readonly channels?: readonly PageChannelName[];
}

/** Writes a message per way and puts the sending in line, in the caller's transaction. */
export async function callPerson(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  services: Pick<ActionServices, 'secrets' | 'setting'>,
  parts: CallParts,
  causeId?: string,
): Promise<void> {
  const { kind, subjectId, person, subject, text, round } = parts;
  const { secrets } = services;
  const devices = person.account === null ? 0 : (await tx.actions.pushDevices(person.account)).length;
  const wished = parts.channels ?? PAGE_CHANNELS.filter((channel) => channel !== 'voice' && channel !== 'log');
  const ways = channelsOf(person, wished).filter(({ channel }) => channel !== 'push' || devices > 0);
  for (const { channel, address } of ways) {
    const key = `call-${secrets.hash(JSON.stringify([kind, subjectId, person.id, channel, round])).slice(0, 40)}`;
    const call: DutyCall = {
      id: deps.ids.next('cal'),
      key,
      kind,
      subjectId,
      person: person.id,
      channel,
      address,
      subject,
      text,
      state: 'due',
      createdAt: deps.clock.now(),
      handedOverAt: null,
      attempts: 0,
      lastError: null,
      vendor: null,
      receipt: null,
      answerHash: secrets.hash(secrets.derive(key)),
      answeredAt: null,
    };
    if (!(await tx.actions.insertCall(call))) continue;
    // Behind pages: nobody waits for it in an interruption.
    const priority = kind === 'hand-over' ? PRIORITY.page : PRIORITY.partner;
    await tx.work.put({ kind: ACTION_WORK.sendCall, key, priority, payload: { callId: call.id }, causeId });
  }
}

/** Hands one message over; tried again like a page, and given up after its last try. */
export function sendCall(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.sendCall,
    async outside(item) {
      const { call, devices, avoid } = await deps.store.read(async (tx) => {
        const found = await tx.actions.call(textOf(item, 'callId'));
        const push = found?.channel === 'push' ? await tx.actions.pushDevices(found.address) : [];
        return { call: found, devices: push.map(subscriptionOf), avoid: found ? await lastVendor(tx, found) : [] };
      });
      if (call?.state !== 'due') return () => Promise.resolve(DONE);
      const attempts = call.attempts + 1;
      mustHold(item, deps.clock.now());
      try {
        const out = services.channel(call.channel);
        if (!out) throw new Error(`the channel ${call.channel} is not configured; write it under outside`);
        const message = { ...messageOf(services, call), avoid };
        const taken = await sendTo(out, message, call.channel === 'push' ? devices : [call.address]);
        const handedOverAt = deps.clock.now();
        const { vendor, said } = taken;
        const change = {
          state: 'handed-over',
          handedOverAt,
          attempts,
          vendor,
          receipt: said,
          lastError: null,
        } as const;
        return async (tx) => {
          await tx.actions.updateCall(call.id, change);
          return DONE;
        };
      } catch (error) {
        const lastError = error instanceof Error ? error.message : String(error);
        return async (tx) => {
          const last = attempts >= LAST_TRY;
          await tx.actions.updateCall(call.id, { attempts, lastError, ...(last ? { state: 'failed' as const } : {}) });
          if (last) return DONE;
          const pause = pauseAfter(attempts, spreadOf(services.secrets.hash(call.key)));
          return { kind: 'again', dueAt: deps.clock.now() + pause };
        };
      }
    },
  };
}

/** Test pages take turns over the vendors: the one that had the last test comes last. */
async function lastVendor(tx: ActionTx, call: DutyCall): Promise<readonly string[]> {
  if (call.kind !== 'test') return [];
  const before = (await tx.actions.calls('test', 0)).find(
    (one) => one.person === call.person && one.channel === call.channel && one.id !== call.id && one.vendor !== null,
  );
  return before?.vendor ? [before.vendor] : [];
}

async function sendTo(
  out: PageChannel,
  message: Omit<OutgoingMessage, 'to'>,
  addresses: readonly string[],
): Promise<Taken> {
  const sent = await Promise.allSettled(addresses.map((to) => out.send({ ...message, to })));
  for (const one of sent) if (one.status === 'fulfilled') return one.value;
  const first = sent.find((one) => one.status === 'rejected');
  throw first ? first.reason : new Error('there is no browser that shows pages');
}

function messageOf(services: Pick<ActionServices, 'secrets' | 'setting'>, call: DutyCall): Omit<OutgoingMessage, 'to'> {
  const { url, name } = services.setting();
  const base = url.replace(/\/+$/, '');
  const answer = `${base}/answer/${services.secrets.derive(call.key)}`;
  const words = call.kind === 'notice' ? [] : ['', `${VERB[call.kind]}: ${answer}`];
  return {
    key: call.key,
    subject: `[${name}] ${call.subject}`,
    text: [call.text, ...words, '', `${base}/duty`].join('\n'),
    data: { type: `duty.${call.kind}`, person: call.person, subject: call.subjectId },
  };
}

/** What the link in the message does. */
const VERB: Readonly<Record<DutyCall['kind'], string>> = {
  test: 'I got it',
  'hand-over': 'Take over',
  swap: 'Accept the swap',
  notice: 'Noted',
};
