import type { z } from 'zod';
import { onDuty, type DutyPlan } from '../../action/index.ts';
import type { ApiContext } from '../context.ts';
import type * as contract from '../contract.ts';

export type PersonView = z.infer<typeof contract.person>;

/** Names people by their ids; an id that left the configuration stands for itself. */
export function personNamer(context: ApiContext): (id: string) => PersonView {
  const { people } = context.config();
  return (id) => ({ id, name: people.find((person) => person.id === id)?.name ?? id });
}

/** Who is on duty at an instant, ms. */
export function dutyNowView(context: ApiContext, plan: DutyPlan, at: number): z.infer<typeof contract.dutyNow> {
  const named = personNamer(context);
  const { focal, deputy, until, next, override } = onDuty(plan, at);
  return {
    focal: named(focal),
    deputy: deputy === null ? null : named(deputy),
    until,
    next: next === null ? null : named(next),
    override,
  };
}
