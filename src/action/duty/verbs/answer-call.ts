import type { Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { DutyCall } from '../../nouns.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { acceptHandover } from './accept-handover.ts';
import { answerSwap } from './swap.ts';
import { personById } from './who.ts';

/** What a link in a message about the duty stands for. Looking at it changes nothing. */
export interface CallView {
  readonly call: DutyCall;
  readonly person: string;
}

type Services = Pick<ActionServices, 'setting' | 'secrets'>;

/** @throws Fault `not_found` when there is no such link; the secret is not repeated in the error */
export async function describeCall(deps: Deps<ActionTx>, services: Services, secret: string): Promise<CallView> {
  const call = await deps.store.read((tx) => tx.actions.callByAnswerHash(services.secrets.hash(secret)));
  if (!call) throw new Fault('not_found', { what: 'link', id: 'of this address' });
  return { call, person: personById(services, call.person).name };
}

/**
 * Does what the link is for, as the person it was sent to: a test page is noted, a hand-over or a swap accepted. Doing it
 * again changes nothing.
 * @throws Fault `not_found`, `state_conflict` for a swap that was answered otherwise
 */
export async function answerCall(deps: Deps<ActionTx>, services: Services, secret: string): Promise<CallView> {
  const view = await describeCall(deps, services, secret);
  const { call } = view;
  if (call.answeredAt !== null) return view;
  const { account, id, name } = personById(services, call.person);
  const actor: Actor = { kind: 'person', id: account ?? id, name, roles: ['duty'] };
  if (call.kind === 'hand-over') await acceptHandover(deps, services, actor, call.subjectId);
  if (call.kind === 'swap') await answerSwap(deps, services, actor, call.subjectId, 'accepted');
  const answeredAt = deps.clock.now();
  await deps.store.transact(async (tx) => {
    await tx.actions.updateCall(call.id, { answeredAt });
    if (call.kind !== 'test') return;
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.reachProved,
      subject: { kind: 'account', id: actor.id },
      summary: `${name} got the test page by ${call.channel}${call.vendor === null ? '' : ` over ${call.vendor}`}`,
      data: { person: call.person, channel: call.channel, vendor: call.vendor },
    });
  });
  return { ...view, call: { ...call, answeredAt } };
}
