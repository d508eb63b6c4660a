import { z } from 'zod';
import { levelSeries } from '../../src/api/contract.ts';
import { never, notYet, seen, type Act, type Stage } from './act.ts';
import { firingAlerts, levels, openIncidents, shown, withLabels, type LevelNow } from './look-up.ts';

const MINUTE = 60_000;

function described({ value, expected, lower, upper }: LevelNow): string {
  return `${shown(value)} per minute, expected ${shown(expected)} (${shown(lower)} to ${shown(upper)})`;
}

/** The expected bookings in Berlin at the instant `at` (ms), as the server gives them for a chart. */
async function expectedAt(stage: Stage, at: number): Promise<number | null> {
  const labels = encodeURIComponent(JSON.stringify({ city: 'berlin' }));
  const path = `/ops/v1/indicators/bookings/series?labels=${labels}&from=${at - 10 * MINUTE}&to=${at}`;
  const series: z.infer<typeof levelSeries> = await stage.server.ask(path, levelSeries);
  return series.expected.findLast((value) => value !== null) ?? null;
}

const levelsKnown: Act = {
  number: 1,
  title: 'Bookings and heartbeats arrive; what to expect is known',
  within: 20,
  expects: 'the state ok and an expected level for bookings in two cities and heartbeats over two carriers in each',
  async look(stage) {
    const bookings = await levels(stage, 'bookings');
    const heartbeats = await levels(stage, 'vehicle-heartbeats');
    const all = [...bookings, ...heartbeats];
    const states = all.map((one) => `${Object.values(one.labels).join(' ')} ${one.state}`).join(', ');
    if (bookings.length < 2 || heartbeats.length < 4) return notYet(states === '' ? 'no series' : states);
    const odd = all.find((one) => one.state !== 'ok' || one.expected === null);
    if (odd !== undefined) return notYet(states);
    const berlin = withLabels(bookings, { city: 'berlin' });
    const north = withLabels(heartbeats, { city: 'berlin', carrier: 'north' });
    if (berlin === undefined || north === undefined) return notYet(states);
    stage.memory.bookingsAtStart = berlin.value;
    const atNight = await expectedAt(stage, nightBefore(stage.clock.now()));
    if (atNight === null) return notYet('no expected level for four in the morning');
    return seen(
      `bookings in Berlin: ${described(berlin)}; at four this morning ${shown(atNight)} were expected`,
      `heartbeats over North in Berlin: ${described(north)}`,
    );
  },
};

/** Four in the morning in Berlin on the day of `at` (ms). */
function nightBefore(at: number): number {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('Europe/Berlin');
  return day.with({ hour: 4, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 }).epochMilliseconds;
}

/** How long the peak is watched, in simulated minutes. */
const QUIET = 35;

const peakPasses: Act = {
  number: 2,
  title: 'The evening peak grows and raises nothing',
  within: QUIET + 10,
  expects: `no alert and no incident for ${QUIET} minutes`,
  play(stage) {
    stage.memory.quietSince = stage.clock.now();
  },
  async look(stage) {
    const [incident] = await openIncidents(stage);
    if (incident !== undefined) return never(`incident ${incident.number}: ${incident.title}`);
    const [alert] = await firingAlerts(stage);
    if (alert !== undefined) return never(`the alert ${alert.name} ${JSON.stringify(alert.labels)} fires`);
    const berlin = withLabels(await levels(stage, 'bookings'), { city: 'berlin' });
    const since = stage.memory.quietSince ?? stage.clock.now();
    if (berlin === undefined) return notYet('no bookings');
    if (stage.clock.now() - since < QUIET * MINUTE)
      return notYet(`quiet so far, bookings ${shown(berlin.value)} a minute`);
    return seen(
      `bookings in Berlin went from ${shown(stage.memory.bookingsAtStart)} to ${shown(berlin.value)} a minute, ` +
        `expected now ${shown(berlin.expected)}; no alert`,
    );
  },
};

export const QUIET_ACTS: readonly Act[] = [levelsKnown, peakPasses];
