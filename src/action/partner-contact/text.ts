import type { Alert } from '../../alert/alert.ts';
import type { Incident } from '../../incident/incident.ts';
import { oneLine } from '../page/text.ts';
import { titleIn, type ActionSetting, type PartnerEntry } from '../services.ts';

const SHOWN = 10;

/** What is said around the facts, in the languages that partners are written to. English is the default. */
const WORDS = {
  en: {
    subject: 'we see an interruption at',
    greeting: 'Dear colleagues at',
    intro: (operator: string, component: string) =>
      `${operator} sees an interruption whose cause is probably ${component}.`,
    since: 'It began at',
    why: 'Why we think so:',
    seen: 'What our monitoring shows:',
    hurt: 'What our members feel:',
    ask: 'Please confirm whether you see it too, and tell us when you expect it to be solved. Answer to this message.',
    reference: 'Our reference: incident',
  },
  de: {
    subject: 'wir sehen eine Störung bei',
    greeting: 'Guten Tag',
    intro: (operator: string, component: string) =>
      `${operator} sieht eine Störung, deren Ursache wahrscheinlich ${component} ist.`,
    since: 'Sie begann um',
    why: 'Warum wir das annehmen:',
    seen: 'Was unsere Überwachung zeigt:',
    hurt: 'Was unsere Mitglieder merken:',
    ask: 'Bitte bestätigen Sie, ob Sie die Störung auch sehen, und bis wann Sie die Behebung erwarten. Antworten Sie auf diese Nachricht.',
    reference: 'Unser Zeichen: Störung',
  },
} as const;

/** The message to a partner: what we see, since when, and the evidence in words. Pure. */
export function writeToPartner(
  setting: ActionSetting,
  incident: Incident,
  partner: PartnerEntry,
  alerts: readonly Alert[],
): { subject: string; body: string } {
  const language = partner.language === 'de' ? 'de' : 'en';
  const words = WORDS[language];
  const cause = incident.cause;
  const component = setting.topology.components.find((one) => one.name === cause?.component);
  const causeTitle = component ? titleIn(component.title, language, component.name) : partner.title;
  // Partners sit in other zones: the instant is told in UTC, which nobody can misread.
  const start = Temporal.Instant.fromEpochMilliseconds(incident.startedAt).toString({ smallestUnit: 'second' });
  const hurt = [
    ...incident.functions.map((name) =>
      titleIn(setting.topology.functions.find((one) => one.name === name)?.title, language, name),
    ),
    ...incident.cities.map((name) =>
      titleIn(setting.topology.cities.find((one) => one.name === name)?.title, language, name),
    ),
  ];
  const evidence = cause?.reasons ?? [];
  const seen = alerts.slice(0, SHOWN).map((alert) => alertLine(alert));
  if (alerts.length > SHOWN) seen.push(`… (${alerts.length} in all)`);
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ['', title, ...lines.map((line) => `- ${oneLine(line)}`)] : [];
  const body = [
    `${words.greeting} ${partner.title},`,
    '',
    words.intro(setting.name, causeTitle),
    `${words.since} ${start}.`,
    ...section(words.why, evidence),
    ...section(words.seen, seen),
    ...section(words.hurt, hurt),
    '',
    words.ask,
    `${words.reference} ${incident.number}.`,
    '',
    setting.name,
  ].join('\n');
  return { subject: oneLine(`${setting.name}: ${words.subject} ${causeTitle} (#${incident.number})`), body };
}

function alertLine(alert: Alert): string {
  return `${alert.annotations['summary'] ?? alert.name} (${alert.state})`;
}
