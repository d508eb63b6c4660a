import type { Maintenance } from '../../alert/alert.ts';
import { systemActor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler } from '../../core/work.ts';
import { callPerson } from '../duty/call.ts';
import { loadPlan } from '../duty/load-plan.ts';
import { onDuty } from '../duty/plan.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import { PAGE_CHANNELS, type PageChannelName } from '../nouns.ts';
import { oneLine } from '../page/text.ts';
import { textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices, ActionSetting } from '../services.ts';

/** Work is announced by what wakes nobody; a person who has none of these is told by what there is. */
const CALM: readonly PageChannelName[] = PAGE_CHANNELS.filter(
  (channel) => channel !== 'voice' && channel !== 'sms' && channel !== 'log',
);

/**
 * Tells that announced work begins soon: the focal person and the deputy of that instant, and the people and partners
 * that the work names. A name that is nobody's any more is written into the journal instead.
 */
export function tellWork(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.tellWork,
    async inside(tx, item) {
      const entry = await tx.journal.byId(textOf(item, 'entryId'));
      const work = entry && (await tx.alerts.maintenance(entry.subject.id));
      if (!entry || !work || work.endsAt <= deps.clock.now()) return DONE;
      const setting = services.setting();
      const { focal, deputy } = onDuty(await loadPlan(tx, setting, work.startsAt), work.startsAt);
      const told: string[] = [];
      const unknown: string[] = [];
      const subject = subjectOf(work);
      for (const id of new Set([focal, deputy, ...work.tell])) {
        if (id === null) continue;
        const person = setting.people.find((one) => one.id === id);
        const partner = setting.partners.find(({ name }) => name === id);
        if (person) {
          const parts = { kind: 'notice', subjectId: `${work.id}:${work.startsAt}`, round: 0, channels: CALM } as const;
          await callPerson(tx, deps, services, { ...parts, person, subject, text: letter(setting, work) }, entry.id);
          told.push(person.name);
        } else if (partner?.email != null) {
          const payload = { id: work.id, partner: partner.name, entryId: entry.id };
          const key = `${entry.id}:${partner.name}`;
          const row = { kind: ACTION_WORK.tellPartnerWork, key, priority: PRIORITY.partner, payload };
          await tx.work.put({ ...row, causeId: entry.id });
          told.push(partner.title);
        } else unknown.push(id);
      }
      const missed =
        unknown.length === 0 ? '' : ` Not reached, because nobody of this name has an address: ${unknown.join(', ')}.`;
      await tx.journal.append({
        actor: systemActor('action'),
        fact: ACTION_FACTS.workTold,
        subject: { kind: 'maintenance', id: work.id },
        causeId: entry.id,
        summary: `Told of the announced work "${work.title}": ${told.length === 0 ? 'nobody' : told.join(', ')}.${missed}`,
        reason: unknown.length === 0 ? 'announced-ahead' : 'not-all-reached',
        data: { told, unknown },
      });
      return DONE;
    },
  };
}

/** Writes to one partner that work begins soon. */
export function tellPartnerWork(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.tellPartnerWork,
    async outside(item) {
      const work = await deps.store.read((tx) => tx.alerts.maintenance(textOf(item, 'id')));
      const setting = services.setting();
      const partner = setting.partners.find(({ name }) => name === item.payload['partner']);
      const channel = services.channel('email');
      if (!work || work.endsAt <= deps.clock.now() || partner?.email == null) return () => Promise.resolve(DONE);
      if (channel === null) throw new Error('the channel email is not configured; write it under outside');
      mustHold(item, deps.clock.now());
      await channel.send({
        key: `work-${item.key}`,
        to: partner.email,
        subject: oneLine(`[${setting.name}] ${subjectOf(work)}`, 200),
        // Partners read what is planned and when; addresses inside are no use to them.
        text: oneLine(work.title, 200) + times(setting, work),
        thread: `work-${work.id}-${partner.name}`,
      });
      return () => Promise.resolve(DONE);
    },
  };
}

function subjectOf({ title }: Pick<Maintenance, 'title'>): string {
  return `Announced work begins soon: ${oneLine(title, 120)}`;
}

function times({ duty: { zone } }: Pick<ActionSetting, 'duty'>, { startsAt, endsAt }: Maintenance): string {
  const local = (at: number): string => {
    const moment = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    return `${moment.toPlainDate().toString()} ${moment.toPlainTime().toString({ smallestUnit: 'minute' })}`;
  };
  const utc = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `\n\nFrom ${local(startsAt)} to ${local(endsAt)} (${zone}), that is ${utc(startsAt)} to ${utc(endsAt)} UTC.`;
}

function letter(setting: ActionSetting, work: Maintenance): string {
  return [
    `${oneLine(work.title, 200)}, announced by ${oneLine(work.createdBy, 100)}.${times(setting, work)}`,
    '',
    'What it disturbs pages nobody meanwhile; what still fires at its end is told then.',
    `Look at it, change it or end it: ${setting.url.replace(/\/+$/, '')}/alerts`,
  ].join('\n');
}
