import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { RETRO_FACTS } from '../facts.ts';
import type { RetroTx } from '../ports.ts';
import type { Retro } from '../retro.ts';

export interface UpdateRetroInput {
  readonly id: string;
  /** The version that the change was based on. */
  readonly version: number;
  readonly state?: Retro['state'] | undefined;
  readonly summary?: string | undefined;
  readonly rootCause?: string | undefined;
  readonly wentWell?: string | undefined;
  readonly wentBadly?: string | undefined;
}

const FIELDS = ['state', 'summary', 'rootCause', 'wentWell', 'wentBadly'] as const;
type Changed = Partial<Pick<Retro, (typeof FIELDS)[number]>>;

/**
 * Writes what people mean. Any state can follow any other, but closed needs a root cause.
 * @throws Fault `forbidden`, `not_found`, `conflict`, `body_invalid`
 */
export async function updateRetro(deps: Deps<RetroTx>, actor: Actor, input: UpdateRetroInput): Promise<Retro> {
  permit(actor, 'retro.update');
  return deps.store.transact(async (tx) => {
    const retro = await tx.retros.byId(input.id);
    if (!retro) throw new Fault('not_found', { what: 'retro', id: input.id });
    const fields = FIELDS.filter((field) => input[field] !== undefined && input[field] !== retro[field]);
    if (fields.length === 0) return retro;
    const change = Object.fromEntries(fields.map((field) => [field, input[field]])) as Changed;
    const after: Retro = { ...retro, ...change, updatedAt: deps.clock.now(), version: retro.version + 1 };
    if (after.state === 'closed' && after.rootCause.trim() === '') {
      throw new Fault('body_invalid', {
        what: 'rootCause is empty; write what is to be kept from coming back, then close',
      });
    }
    const written =
      input.version === retro.version &&
      (await tx.retros.update(retro.id, retro.version, { ...change, updatedAt: after.updatedAt }));
    if (!written) {
      throw new Fault('conflict', { what: 'The retro was changed meanwhile. Look at it again and repeat' });
    }
    const fact =
      change.state === 'closed' ? RETRO_FACTS.closed : change.state === 'held' ? RETRO_FACTS.held : RETRO_FACTS.updated;
    await tx.journal.append({
      actor,
      fact,
      subject: { kind: 'retro', id: retro.id },
      incidentId: retro.incidentId,
      summary: `${actor.name} ${change.state === undefined ? 'wrote' : `set the retro to ${change.state}, wrote`}: ${fields.join(', ')}.`,
      data: { ...change },
    });
    return after;
  });
}
