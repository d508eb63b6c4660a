import type { ActionSetting } from '../services.ts';
import type { HoursWindow } from './window.ts';

type Setting = Pick<ActionSetting, 'hours' | 'duty' | 'calendars'>;

/** The configured window of that name with everything it refers to, or null when there is none that can be used. */
export function windowOf(setting: Setting, name: string | undefined): HoursWindow | null {
  const found = setting.hours.find((one) => one.name === name);
  if (!found) return null;
  const base = found.not === undefined ? found : setting.hours.find((one) => one.name === found.not);
  if (!base || base.not !== undefined) return null;
  const calendar = setting.calendars?.find((one) => one.name === base.calendar) ?? null;
  return {
    name: found.name,
    zone: base.zone ?? setting.duty.zone,
    only: base.only,
    calendar,
    inverted: found.not !== undefined,
  };
}
