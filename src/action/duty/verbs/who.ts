import type { Actor } from '../../../core/actor.ts';
import { Fault } from '../../../core/fault.ts';
import type { Person } from '../../nouns.ts';
import type { ActionServices } from '../../services.ts';

type Services = Pick<ActionServices, 'setting'>;

/** The person of the configuration whose account the actor is, or null. */
export function personOf(services: Services, actor: Actor): Person | null {
  if (actor.kind !== 'person') return null;
  return (
    services
      .setting()
      .people.find(({ account, id }) => account === actor.id || (account === null && id === actor.id)) ?? null
  );
}

/** @throws Fault `not_found` */
export function personById(services: Services, id: string): Person {
  const person = services.setting().people.find((one) => one.id === id);
  if (!person) throw new Fault('not_found', { what: 'person', id });
  return person;
}

/**
 * Refuses what only the person may do: an administrator may too, because somebody must be able to when the person cannot.
 * @throws Fault `forbidden`
 */
export function mustBe(services: Services, actor: Actor, person: string, verb: string): void {
  if (actor.roles.includes('admin') || personOf(services, actor)?.id === person) return;
  throw new Fault('forbidden', { actor: actor.name, verb, roles: personById(services, person).name });
}

/** A time for people: the day and minute in the zone of the duty. */
export function localWords(at: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}
