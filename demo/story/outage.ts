import { notYet, seen, type Act } from './act.ts';
import {
  afterOnset,
  firingAlerts,
  levels,
  measured,
  openIncidents,
  shown,
  theIncident,
  withLabels,
} from './look-up.ts';

const northFallsSilent: Act = {
  number: 3,
  title: 'Carrier North falls silent in Berlin',
  within: 15,
  expects: 'heartbeats over North below 50 a minute, bookings at half or less, over a fifth of unlock attempts failing',
  play(stage) {
    stage.memory.onsetAt = stage.clock.now();
    stage.world.change({ silentAt: stage.memory.onsetAt });
  },
  async look(stage) {
    const north = withLabels(await levels(stage, 'vehicle-heartbeats'), { city: 'berlin', carrier: 'north' });
    const bookings = withLabels(await levels(stage, 'bookings'), { city: 'berlin' });
    const failing = await measured(
      stage,
      'sum(rate(kiez_unlock_failures_total{city="berlin"}[5m])) / sum(rate(kiez_unlock_attempts_total{city="berlin"}[5m]))',
    );
    const found =
      `heartbeats ${shown(north?.value ?? null)} a minute, bookings ${shown(bookings?.value ?? null)} of ` +
      `${shown(bookings?.expected ?? null)} expected, ${shown((failing ?? 0) * 100)} % of unlocks fail`;
    if (north?.value == null || bookings?.value == null || bookings.expected === null) return notYet(found);
    const fell = north.value < 50 && bookings.value < bookings.expected / 2 && (failing ?? 0) > 0.2;
    return fell ? seen(found) : notYet(found);
  },
};

/** A name without its spelling: VehicleHeartbeatsLow and vehicle-heartbeats-low are the same. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

const alertsFire: Act = {
  number: 4,
  title: 'Band and watermark raise alerts',
  within: 15,
  expects: 'alerts of the watermark vehicle-heartbeats-low and of the band of vehicle-heartbeats for North in Berlin',
  async look(stage) {
    const alerts = await firingAlerts(stage);
    const north = alerts.filter(({ labels }) => labels['city'] === 'berlin' && labels['carrier'] === 'north');
    const mark = north.find(({ name }) => plainName(name).includes('vehicleheartbeatslow'));
    const band = north.find((one) => one !== mark && plainName(one.name).includes('vehicleheartbeats'));
    const found = alerts.map(({ name }) => name).join(', ');
    if (mark === undefined || band === undefined) return notYet(found === '' ? 'no alert fires' : `firing: ${found}`);
    const lines = alerts
      .toSorted((one, other) => (one.firedAt ?? 0) - (other.firedAt ?? 0))
      .map(({ name, annotations, labels, firedAt }) => {
        const words = annotations['summary'] ?? annotations['description'] ?? JSON.stringify(labels);
        return `${name}, ${afterOnset(stage, firedAt)}: ${words}`;
      });
    return seen(...lines);
  },
};

const oneIncident: Act = {
  number: 5,
  title: 'One incident holds them and names the cause',
  within: 10,
  expects: 'exactly one open incident with every alert that fires, its cause carrier-north',
  async look(stage) {
    const open = await openIncidents(stage);
    const detail = await theIncident(stage);
    if (detail === null) return notYet('no incident');
    const { incident, alerts } = detail;
    const held = new Set(alerts.map(({ id }) => id));
    const outside = (await firingAlerts(stage)).filter(({ id }) => !held.has(id));
    const cause = incident.cause?.component ?? 'none';
    const found =
      `${open.length} open, number ${incident.number} with ${alerts.length} alerts, cause ${cause}` +
      (outside.length === 0 ? '' : `, outside it: ${outside.map(({ name }) => name).join(', ')}`);
    if (open.length !== 1 || outside.length > 0 || alerts.length < 2 || cause !== 'carrier-north') return notYet(found);
    return seen(
      `incident ${incident.number}, ${incident.severity}: ${incident.title}`,
      `${alerts.length} alerts; hurt: ${incident.functions.join(', ')} in ${incident.cities.join(', ')}`,
      `cause ${cause} (${incident.cause?.kind ?? ''}): ${incident.cause?.reasons.join('; ') ?? ''}`,
    );
  },
};

export const OUTAGE_ACTS: readonly Act[] = [northFallsSilent, alertsFire, oneIncident];
