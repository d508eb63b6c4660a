import { localTime, type Carrier, type City } from './city.ts';
import { gaussian, wandering } from './noise.ts';

const MINUTE = 60_000;

/**
 * Heartbeats heard per minute over one carrier on a day like any other: cars in a garage are heard less, and parked
 * cars at night report a little less often.
 */
export function heartbeatsPerMinute(city: City, carrier: Carrier, at: number, seed: number): number {
  const minute = Math.floor(at / MINUTE);
  const { hours } = localTime(city.zone, at);
  // Lowest at four in the morning, highest at four in the afternoon.
  const awake = 0.9 - 0.09 * Math.cos(((hours - 4) / 24) * 2 * Math.PI);
  const stream = `${city.name} ${carrier} beats`;
  const noise = 0.008 * wandering(seed, stream, minute / 30) + 0.008 * gaussian(seed, stream, minute);
  return city.cars[carrier] * (awake + noise);
}
