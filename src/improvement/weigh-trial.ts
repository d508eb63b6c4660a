import type { BacktestResult, TrialAlarm, TrialFiring, TrialOutcome, TrialVerdict } from './ports.ts';

const DAY = 86_400_000;
/** Firings within this time of each other are one alarm to a person. */
const SAME_ALARM_MS = 5 * 60_000;
/** An alarm belongs to an incident when it fires within this time around it. */
const AROUND_MS = 15 * 60_000;

/** Something that is known to have been wrong, ms. */
export interface KnownTrouble {
  readonly from: number;
  readonly to: number;
  /** The incident; null where a file labelled the rows. */
  readonly incidentId: string | null;
  readonly number: number | null;
}

/** Weighs what a definition would have done against what is known to have been wrong, next to the one in force. Pure. */
export function weighTrial(
  outcome: TrialOutcome,
  today: TrialOutcome | null,
  known: readonly KnownTrouble[],
): BacktestResult {
  const { from, to } = outcome;
  const days = Math.max(0, to - from) / DAY;
  // A file says itself what was wrong in it.
  const troubles =
    outcome.labelled.length > 0
      ? outcome.labelled.map((stretch) => ({ ...stretch, incidentId: null, number: null }))
      : known.filter((trouble) => trouble.from < to && trouble.to > from);
  const alarms = alarmsOf(outcome.firings, troubles);
  const todayAlarms = today ? alarmsOf(today.firings, troubles) : [];
  const after = verdictOf(outcome, alarms, troubles, days);
  const before = today ? verdictOf(today, todayAlarms, troubles, days) : null;
  return {
    days,
    after,
    today: before,
    alarms: alarms.slice(0, MOST_ALARMS),
    todayAlarms: todayAlarms.slice(0, MOST_ALARMS),
    missed: troubles
      .filter((trouble) => !alarms.some((alarm) => touches(alarm, trouble)))
      .map(({ incidentId, number, from: began }) => ({ incidentId, number, from: began })),
    lines: outcome.lines,
    verdict: sentence(after, before, days),
  };
}

/** Alarms that are listed; all are counted. */
const MOST_ALARMS = 500;

function alarmsOf(firings: readonly TrialFiring[], troubles: readonly KnownTrouble[]): TrialAlarm[] {
  const merged: { from: number; to: number | null; labels: TrialFiring['labels'][] }[] = [];
  for (const { labels, firedAt, resolvedAt } of [...firings].sort((a, b) => a.firedAt - b.firedAt)) {
    const last = merged.at(-1);
    if (last && (last.to === null || firedAt - last.to <= SAME_ALARM_MS)) {
      last.to = last.to === null || resolvedAt === null ? null : Math.max(last.to, resolvedAt);
      if (!last.labels.some((each) => JSON.stringify(each) === JSON.stringify(labels))) last.labels.push(labels);
    } else merged.push({ from: firedAt, to: resolvedAt, labels: [labels] });
  }
  return merged.map((alarm) => {
    const met = troubles.find((trouble) => touches(alarm, trouble));
    return { ...alarm, incidentId: met?.incidentId ?? null, incidentNumber: met?.number ?? null };
  });
}

function touches(alarm: { readonly from: number; readonly to: number | null }, trouble: KnownTrouble): boolean {
  return alarm.from <= trouble.to + AROUND_MS && (alarm.to ?? Infinity) >= trouble.from - AROUND_MS;
}

function verdictOf(
  { losses, to }: TrialOutcome,
  alarms: readonly TrialAlarm[],
  troubles: readonly KnownTrouble[],
  days: number,
): TrialVerdict {
  const delays: number[] = [];
  for (const trouble of troubles) {
    const first = alarms.find((alarm) => touches(alarm, trouble));
    if (first) delays.push(Math.max(0, first.from - trouble.from));
  }
  const falseAlarms = alarms.filter((alarm) => !troubles.some((trouble) => touches(alarm, trouble))).length;
  return {
    alarms: alarms.length,
    firingMs: alarms.reduce((sum, alarm) => sum + Math.max(0, (alarm.to ?? to) - alarm.from), 0),
    incidents: troubles.length,
    met: delays.length,
    falseAlarms,
    falseAlarmsPerDay: days > 0 ? falseAlarms / days : 0,
    delayMs: delays.length > 0 ? delays.sort((a, b) => a - b)[delays.length >> 1]! : null,
    losses,
  };
}

function sentence(after: TrialVerdict, today: TrialVerdict | null, days: number): string {
  const span = `${Number(days.toPrecision(days < 10 ? 2 : 3))} days`;
  const now = today ? `; today's: ${counts(today)}` : '';
  return `in ${span} ${counts(after)}${now}`;
}

function counts({ alarms, incidents, met, falseAlarmsPerDay, delayMs }: TrialVerdict): string {
  const delay = delayMs === null ? '' : `, median delay ${Number((delayMs / 60_000).toFixed(1))} min`;
  const known = incidents === 0 ? 'no incident known' : `met ${met} of ${incidents} known incidents${delay}`;
  const wrong = `${Number(falseAlarmsPerDay.toPrecision(2))} false alarms a day`;
  return `${alarms} alarm${alarms === 1 ? '' : 's'}, ${known}, ${wrong}`;
}
