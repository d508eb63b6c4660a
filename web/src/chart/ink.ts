/** The chart's colours, read from the page's tokens, so that the canvas follows the scheme. */
export interface Ink {
  readonly actual: string;
  readonly expected: string;
  readonly band: string;
  readonly bandLine: string;
  readonly lastWeek: string;
  readonly grid: string;
  readonly quiet: string;
  readonly alarm: string;
  readonly alarmFill: string;
  readonly mark: string;
  readonly forecast: string;
  readonly event: string;
  readonly eventFill: string;
  readonly night: string;
  readonly morning: string;
  readonly evening: string;
}

/** The colours of the scheme that is on screen now. */
export function inkOf(): Ink {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    actual: token('--chart-actual'),
    expected: token('--chart-expected'),
    band: token('--chart-band'),
    bandLine: token('--chart-band-line'),
    lastWeek: token('--chart-last-week'),
    grid: token('--chart-grid'),
    quiet: token('--quiet'),
    alarm: token('--critical-solid'),
    alarmFill: token('--chart-alarm'),
    mark: token('--chart-mark'),
    forecast: token('--major-solid'),
    event: token('--minor-solid'),
    eventFill: token('--chart-event'),
    night: token('--chart-night'),
    morning: token('--chart-morning'),
    evening: token('--chart-evening'),
  };
}
