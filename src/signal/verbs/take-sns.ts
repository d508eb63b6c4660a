import { Fault } from '../../core/fault.ts';
import type { Actor } from '../../core/actor.ts';
import type { Labels } from '../../core/labels.ts';
import { certificateAddress, readSns, signedBySns, snsAddress, snsBody, type SnsMessage } from '../door/sns.ts';
import type { Source } from '../config.ts';
import { SIGNAL_FACTS, SIGNAL_WORK } from '../facts.ts';
import type { AddressReader, SignalTx } from '../ports.ts';
import { DONE, mustHold, type Handler } from '../../core/work.ts';
import type { Taken } from './take-alerts.ts';
import { takeWebhook, type WebhookDeps } from './take-webhook.ts';

const CERTIFICATE = { timeout: 5000, maxBytes: 20_000 } as const;
const MOST_CERTIFICATES = 20;
/** How old a message may be, and how far ahead of our clock, ms. */
const OLDEST = 70 * 60_000;
const AHEAD = 10 * 60_000;

/** Certificates by their address: Amazon gives a new one a new address. */
export interface SnsDeps extends WebhookDeps {
  readonly read: AddressReader;
  readonly certificates: Map<string, string>;
}

/**
 * Whether a message comes from a topic that the source believes, signed by SNS. The certificate is fetched from Amazon's
 * host alone.
 * @throws Fault `body_invalid` when it is no message of SNS, `signature_wrong` when it is too old to be believed,
 *   `outside_failed` when the certificate cannot be fetched
 */
export async function provesSns(deps: SnsDeps, source: Source, body: unknown): Promise<boolean> {
  const message = readSns(body);
  const topics = source.config.secrets.flatMap((secret) => (secret.kind === 'sns' ? secret.topics : []));
  if (!topics.includes(message.TopicArn)) return false;
  checkAge(message, deps.clock.now());
  const address = certificateAddress(message);
  let pem = deps.certificates.get(address);
  if (pem === undefined) {
    const answer = await deps.read({ method: 'GET', url: address, ...CERTIFICATE });
    if (answer.status !== 200)
      throw new Fault('outside_failed', { what: address, why: `it answered ${answer.status}` });
    pem = answer.body;
    if (!signedBySns(message, pem, deps.clock.now())) return false;
    if (deps.certificates.size >= MOST_CERTIFICATES) deps.certificates.clear();
    deps.certificates.set(address, pem);
    return true;
  }
  return signedBySns(message, pem, deps.clock.now());
}

/**
 * A message that somebody kept and sends again is refused, also when its id has been forgotten here. SNS itself tries for an
 * hour at most (docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html), with the same instant each time.
 */
function checkAge(message: SnsMessage, now: number): void {
  const at = Date.parse(message['Timestamp'] ?? '');
  if (at <= now + AHEAD && at >= now - OLDEST) return;
  throw new Fault('signature_wrong', {
    what: `a Timestamp of the last 70 minutes (it says ${JSON.stringify(message['Timestamp'])}; the clock here says ${new Date(now).toISOString()})`,
  });
}

/**
 * Takes a message of SNS whose sender was proved. A subscription is confirmed by work that is durable when this
 * resolves; a notification is mapped like any body, with `Message` parsed where it is JSON.
 * @throws Fault as `takeWebhook`
 */
export async function takeSns(
  deps: SnsDeps,
  actor: Actor,
  input: { readonly source: string; readonly body: unknown; readonly raw: string; readonly headers: Labels },
): Promise<Taken> {
  const message = readSns(input.body);
  if (message.Type === 'Notification') {
    return takeWebhook(deps, actor, {
      ...input,
      raw: JSON.stringify(snsBody(message)),
      body: snsBody(message),
      idempotencyKey: message.MessageId,
    });
  }
  if (message.Type === 'SubscriptionConfirmation') await confirm(deps, input.source, message);
  return { signalId: null, events: 0, duplicate: false };
}

async function confirm(deps: SnsDeps, source: string, message: SnsMessage): Promise<void> {
  const url = snsAddress(message['SubscribeURL'], 'SubscribeURL');
  await deps.store.transact((tx) =>
    tx.work
      .enqueue({
        kind: SIGNAL_WORK.confirmSubscription,
        key: message.MessageId,
        priority: 3,
        payload: { source, url, topic: message.TopicArn },
      })
      .then(() => {}),
  );
}

/** Confirms a subscription of SNS by calling the address that it named; only Amazon's hosts are called. */
export function confirmSubscription(
  deps: { readonly clock: { now(): number } },
  read: AddressReader,
): Handler<SignalTx> {
  return {
    kind: SIGNAL_WORK.confirmSubscription,
    async outside(item) {
      const url = snsAddress(String(item.payload['url']), 'SubscribeURL');
      mustHold(item, deps.clock.now());
      const { status } = await read({ method: 'GET', url, ...CERTIFICATE });
      if (status >= 300)
        throw new Fault('outside_failed', { what: 'SNS', why: `it answered ${status} to the confirmation` });
      return async (tx) => {
        const source = String(item.payload['source']);
        await tx.journal.append({
          actor: { kind: 'partner', id: `source:${source}`, name: source, roles: [] },
          fact: SIGNAL_FACTS.subscriptionConfirmed,
          subject: { kind: 'signal', id: item.key },
          summary: `The subscription of ${source} to ${String(item.payload['topic'])} was confirmed.`,
        });
        return DONE;
      };
    },
  };
}
