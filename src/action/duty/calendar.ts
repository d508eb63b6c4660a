import type { Upcoming } from '../../alert/index.ts';
import { icalendar } from '../../core/icalendar.ts';
import type { ActionSetting } from '../services.ts';
import type { Shift } from './plan.ts';

type Setting = Pick<ActionSetting, 'name' | 'people' | 'url'>;

/**
 * Shifts as iCalendar, and beside them announced work. The UID of a shift is its begin and its person.
 * @param at the instant of making, ms
 */
export function calendarOf(setting: Setting, all: readonly Shift[], work: readonly Upcoming[], at: number): string {
  const nameOf = (id: string): string => setting.people.find((person) => person.id === id)?.name ?? id;
  const host = hostOf(setting);
  const shifts = all.map((shift) => {
    const deputy = shift.deputy === null ? '' : `Deputy: ${nameOf(shift.deputy)}. `;
    return {
      uid: `${shift.from}-${shift.focal}@${host}`,
      startsAt: shift.from,
      endsAt: shift.to,
      summary: `On duty: ${nameOf(shift.focal)}`,
      description: `${deputy}${shift.override === null ? (shift.layer ?? 'fallback') : 'override'}`,
      url: `${setting.url.replace(/\/+$/, '')}/duty`,
      busy: true,
    };
  });
  const events = [...shifts, ...work.map((one) => workEvent(setting, one, '/alerts'))];
  return icalendar(`${setting.name}: duty`, 'Duty', events, at);
}

/** Announced work as iCalendar, for members and partners: only what is announced to them. */
export function workCalendarOf(
  setting: Setting & { readonly title: string },
  work: readonly Upcoming[],
  at: number,
): string {
  const events = work.map((one) => workEvent(setting, one, '/status'));
  return icalendar(setting.title, 'Work', events, at);
}

function workEvent(setting: Setting, { id, title, startsAt, endsAt }: Upcoming, page: string) {
  return {
    uid: `${id}@${hostOf(setting)}`,
    startsAt,
    endsAt,
    summary: title,
    description: 'Announced work',
    url: `${setting.url.replace(/\/+$/, '')}${page}`,
    busy: false,
  };
}

function hostOf({ url }: Pick<Setting, 'url'>): string {
  return URL.canParse(url) ? new URL(url).host : 'lamplighter';
}
