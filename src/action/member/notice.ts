import type { Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { MemberNotice, NoticeTemplate } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import { titleIn, type ActionSetting } from '../services.ts';
import { fillTemplate, type Placeholders } from './template.ts';

/** The words of a notice in every language, ready to be published. */
export interface NoticeWords {
  readonly severity: MemberNotice['severity'];
  readonly title: MemberNotice['title'];
  readonly body: MemberNotice['body'];
  readonly agentWord: MemberNotice['agentWord'];
}

/**
 * Fills a template in for an incident, in every language that the template has. Pure.
 * @param at the present instant, ms: a start on an earlier day is told with its day
 */
export function writeNotice(
  setting: ActionSetting,
  incident: Incident,
  template: NoticeTemplate,
  at: number,
): NoticeWords {
  const fill = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).map(([language, text]) => [
        language,
        fillTemplate(text, placeholders(setting, incident, language, at)),
      ]),
    );
  return {
    severity: template.severity,
    title: fill(template.title),
    body: fill(template.body),
    agentWord: fill(template.agent),
  };
}

function placeholders(setting: ActionSetting, incident: Incident, language: string, at: number): Placeholders {
  const { functions, cities } = setting.topology;
  const functionTitles = incident.functions.map((name) =>
    titleIn(functions.find((one) => one.name === name)?.title, language, name),
  );
  const hurt = cities.filter((city) => incident.cities.length === 0 || incident.cities.includes(city.name));
  const join = new Intl.ListFormat(language, { type: 'conjunction' });
  return {
    // Without a known function or city, the whole service and every city are meant: names are safe in any language.
    functions: functionTitles.length > 0 ? join.format(functionTitles) : setting.name,
    cities: hurt.length > 0 ? join.format(hurt.map((city) => titleIn(city.title, language, city.name))) : setting.name,
    start: localTime(incident.startedAt, at, hurt[0]?.zone ?? setting.duty.zone, language),
    incident: String(incident.number),
    operator: setting.name,
  };
}

/** An instant as the city's clocks show it, in the reader's language; with the day if it was not today. */
export function localTime(instant: number, at: number, zone: string, language: string): string {
  const { day, time, dayAndTime } = formatsOf(zone, language);
  return (day.format(instant) === day.format(at) ? time : dayAndTime).format(instant);
}

interface Formats {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
  readonly dayAndTime: Intl.DateTimeFormat;
}

/** Kept, because making one takes longer than all the rest of a page; there are as many as zones times languages. */
const formats = new Map<string, Formats>();

function formatsOf(zone: string, language: string): Formats {
  const name = `${zone} ${language}`;
  const known = formats.get(name);
  if (known) return known;
  const time = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const made = {
    day: new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }),
    time: new Intl.DateTimeFormat(language, time),
    dayAndTime: new Intl.DateTimeFormat(language, { ...time, day: 'numeric', month: 'long' }),
  };
  formats.set(name, made);
  return made;
}

/** Writes the notice and its journal row: from now on it is what members and agents read. */
export async function publishNotice(
  tx: ActionTx,
  deps: Pick<Deps<ActionTx>, 'clock' | 'ids'>,
  actor: Actor,
  incident: Incident,
  words: NoticeWords & { readonly phase: MemberNotice['phase'] },
  causeId: string | undefined,
): Promise<MemberNotice> {
  const notice: MemberNotice = {
    id: deps.ids.next('not'),
    incidentId: incident.id,
    phase: words.phase,
    severity: words.severity,
    title: words.title,
    body: words.body,
    agentWord: words.agentWord,
    functions: incident.functions,
    cities: incident.cities,
    publishedAt: deps.clock.now(),
    publishedBy: actor.name,
  };
  await tx.actions.insertNotice(notice);
  const title = notice.title['en'] ?? Object.values(notice.title)[0] ?? '';
  await tx.journal.append({
    actor,
    fact: ACTION_FACTS.noticePublished,
    subject: { kind: 'notice', id: notice.id },
    incidentId: incident.id,
    causeId,
    summary: `Members were told: ${title}`,
    data: { phase: notice.phase, severity: notice.severity, languages: Object.keys(notice.title) },
  });
  return notice;
}
