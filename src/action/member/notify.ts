import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { IncidentPhase } from '../../incident/incident.ts';
import type { MemberNotice } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices, ActionSetting } from '../services.ts';
import { publishNotice, writeNotice, type NoticeWords } from './notice.ts';

type Words = Readonly<Record<string, string>>;

/** Either a template, or the words themselves in every language. */
export interface NotifyInput {
  readonly incidentId: string;
  readonly phase: IncidentPhase;
  readonly template?: string | undefined;
  readonly title?: Words | undefined;
  readonly body?: Words | undefined;
  /** What agents say; the body if left out. */
  readonly agentWord?: Words | undefined;
}

/**
 * Tells members, by a template or in words of one's own. Words given beside a template replace the template's.
 * @throws Fault `forbidden`, `not_found` (incident, template), `bad_request` (a language is missing), `state_conflict`
 */
export async function notify(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  actor: Actor,
  input: NotifyInput,
): Promise<MemberNotice> {
  permit(actor, 'member.notify');
  const setting = services.setting();
  return deps.store.transact(async (tx) => {
    const incident = await tx.incidents.byId(input.incidentId);
    if (!incident) throw new Fault('not_found', { what: 'incident', id: input.incidentId });
    if (incident.state === 'merged') {
      throw new Fault('state_conflict', {
        what: 'Incident',
        id: String(incident.number),
        state: 'merged into another one',
        verb: 'told to members',
      });
    }
    const template = input.template === undefined ? null : findTemplate(setting, input.template);
    const written = template ? writeNotice(setting, incident, template, deps.clock.now()) : null;
    const words: NoticeWords = {
      severity: written?.severity ?? incident.severity,
      title: complete(setting, 'title', input.title ?? written?.title),
      body: complete(setting, 'body', input.body ?? written?.body),
      agentWord: complete(setting, 'agentWord', input.agentWord ?? written?.agentWord ?? input.body),
    };
    return publishNotice(tx, deps, actor, incident, { ...words, phase: input.phase }, undefined);
  });
}

function findTemplate(setting: ActionSetting, name: string): ActionSetting['members']['templates'][number] {
  const template = setting.members.templates.find((one) => one.name === name);
  if (!template) throw new Fault('not_found', { what: 'template', id: name });
  return template;
}

function complete(setting: ActionSetting, field: string, words: Words | undefined): Words {
  const missing = setting.languages.filter((language) => (words?.[language] ?? '').trim() === '');
  if (words === undefined || missing.length > 0) {
    throw new Fault('bad_request', {
      what: `The ${field} is missing in ${missing.join(', ')}. Write it in every language that members read, or name a template.`,
    });
  }
  const long = Object.values(words).find((text) => text.length > 4000);
  if (long !== undefined) throw new Fault('bad_request', { what: `The ${field} is longer than 4000 characters.` });
  return words;
}
