import type { Incident } from '../../incident/incident.ts';
import { localTime } from '../member/notice.ts';
import type { Page } from '../nouns.ts';
import type { OutgoingMessage } from '../ports.ts';
import { PURPOSE_WORDS } from './purpose.ts';
import { titleIn, type ActionSetting } from '../services.ts';

/** Text fit for a header: control characters (a line break would begin a new header) become spaces. */
export function oneLine(text: string, limit = 300): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out here
  const clean = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}

/** What a page says beside the incident itself. */
export interface PageFacts {
  readonly alerts: number;
  /** What the loudest alerts say, one line each. */
  readonly words: readonly string[];
  /** The present instant, ms. */
  readonly now: number;
  /** The secret of the acceptance link. */
  readonly secret: string;
  /** Digits that accept when they are sent back. */
  readonly code: string;
  /** The address that a mail is answered to; null where answers are not read. */
  readonly replyTo: string | null;
}

/** The message of a page: what is hurt, since when, how many alerts, the probable cause, and the links. Pure. */
export function writePage(setting: ActionSetting, incident: Incident, page: Page, facts: PageFacts): OutgoingMessage {
  const { topology } = setting;
  const functions = incident.functions.map((name) =>
    titleIn(topology.functions.find((one) => one.name === name)?.title, 'en', name),
  );
  const cities = incident.cities.map((name) =>
    titleIn(topology.cities.find((one) => one.name === name)?.title, 'en', name),
  );
  const base = setting.url.replace(/\/+$/, '');
  const link = `${base}/incidents/${incident.id}`;
  const accept = `${base}/accept/${facts.secret}`;
  const since = localTime(incident.startedAt, facts.now, setting.duty.zone, 'en');
  const hurt = functions.length > 0 ? functions.join(', ') : 'not known yet';
  const hurtWords = `${hurt}${cities.length > 0 ? ` in ${cities.join(', ')}` : ''}`;
  const { mark, verb, line } = PURPOSE_WORDS[page.purpose];
  const title = `${incident.severity}: ${mark}${incident.title}`;
  const lines = [
    ...(line === '' ? [] : [line, '']),
    `Incident ${incident.number}, ${incident.severity}: ${oneLine(incident.title)}`,
    '',
    `Hurt: ${hurtWords}`,
    `Since: ${since} (${setting.duty.zone})`,
    `Alerts: ${facts.alerts >= 200 ? 'more than 200' : facts.alerts}`,
    ...facts.words.map((words) => `- ${oneLine(words, 200)}`),
    ...causeLines(setting, incident),
    ...(incident.summary === '' ? [] : ['', incident.summary]),
    '',
    `${verb}: ${accept}`,
    `Incident: ${link}`,
    ...(facts.replyTo === null
      ? []
      : [`By mail: answer with one word, such as ${verb === 'Accept' ? 'accept' : 'confirm'}`]),
    '',
    `You are paged as ${page.reason}.`,
  ];
  return {
    key: page.key,
    to: page.address,
    subject: oneLine(`[${setting.name}] #${incident.number} ${title}`, 200),
    ...(facts.replyTo === null ? {} : { replyTo: facts.replyTo }),
    text: lines.join('\n'),
    data: {
      type: 'incident.page',
      purpose: page.purpose,
      incident: {
        id: incident.id,
        number: incident.number,
        title: incident.title,
        severity: incident.severity,
        state: incident.state,
        startedAt: incident.startedAt,
        functions: incident.functions,
        cities: incident.cities,
        cause: incident.cause,
        alerts: facts.alerts,
      },
      person: page.person,
      reason: page.reason,
      links: { incident: link, accept },
    },
    thread: incident.id,
    page: {
      id: page.id,
      severity: incident.severity,
      short: oneLine(`${setting.name} #${incident.number} ${title}`, 110),
      verb,
      accept,
      secret: facts.secret,
      code: facts.code,
      incident: link,
    },
  };
}

function causeLines(setting: ActionSetting, incident: Incident): string[] {
  const { cause } = incident;
  if (!cause) return ['Probable cause: not known yet'];
  const component = setting.topology.components.find((one) => one.name === cause.component);
  const title = titleIn(component?.title, 'en', cause.component);
  return [
    `Probable cause: ${title} (${cause.kind})`,
    ...cause.reasons.slice(0, 5).map((reason) => `- ${oneLine(reason)}`),
  ];
}
