import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { ACTION_WORK } from '../facts.ts';
import { incidentOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { publishNotice, writeNotice } from './notice.ts';

/** The template by which members are told that an interruption is over. */
export const RECOVERED = 'recovered';

/** When an incident of which members were told is over, they are told that too, without anybody having to think of it. */
export function tellRecovery(deps: Deps<ActionTx>, services: Pick<ActionServices, 'setting'>): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.tellRecovery,
    async inside(tx, item) {
      const incident = await incidentOf(tx, item);
      if (incident?.state !== 'resolved') return DONE;
      const told = (await tx.actions.noticesOf(incident.id)).toSorted((a, b) => a.publishedAt - b.publishedAt).at(-1);
      if (!told || told.phase === 'resolved') return DONE;
      const setting = services.setting();
      const template = setting.members.templates.find(({ name }) => name === RECOVERED);
      if (!template) return { kind: 'quarantine', reason: `there is no template "${RECOVERED}" to tell members by` };
      const words = writeNotice(setting, incident, template, deps.clock.now());
      const causeId = item.causeId ?? undefined;
      await publishNotice(tx, deps, systemActor('action'), incident, { ...words, phase: 'resolved' }, causeId);
      return DONE;
    },
  };
}
