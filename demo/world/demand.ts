import { localTime, weekdayOf, type City } from './city.ts';
import { gaussian, wandering } from './noise.ts';

const MINUTE = 60_000;

/** Bookings per minute at each full hour, by kind of day: what the prognosis of demand has to learn. */
const WEEKDAY = [3, 2, 1.5, 1.5, 2, 5, 12, 24, 30, 24, 19, 18, 20, 20, 19, 21, 26, 34, 38, 34, 26, 19, 12, 7];
const FRIDAY = [3, 2, 1.5, 1.5, 2, 5, 12, 24, 30, 24, 19, 19, 21, 22, 22, 25, 31, 40, 47, 49, 45, 38, 30, 21];
const SATURDAY = [15, 10, 7, 5, 4, 4, 6, 9, 14, 20, 26, 30, 32, 33, 32, 31, 32, 35, 38, 40, 40, 37, 32, 25];
const SUNDAY = [18, 13, 9, 6, 4, 4, 5, 7, 11, 17, 23, 27, 29, 30, 30, 30, 31, 32, 30, 26, 20, 14, 9, 6];
const DAYS = [WEEKDAY, WEEKDAY, WEEKDAY, WEEKDAY, FRIDAY, SATURDAY, SUNDAY];

/** The curve of a day without noise, per minute, at `hours` (0 to 24); both days as weekdays, 1 Monday to 7 Sunday. */
function curve(weekday: number, next: number, hours: number): number {
  const hour = Math.floor(hours);
  const today = DAYS[weekday - 1] ?? WEEKDAY;
  const tomorrow = DAYS[next - 1] ?? WEEKDAY;
  const left = today[hour] ?? 0;
  const right = (hour === 23 ? tomorrow[0] : today[hour + 1]) ?? 0;
  const share = (1 - Math.cos((hours - hour) * Math.PI)) / 2;
  return left * (1 - share) + right * share;
}

/** What the city's members would book per minute at `at` (ms) on a day like any other, without noise. */
export function usualBookings(city: City, at: number): number {
  const { day, hours } = localTime(city.zone, at);
  return curve(weekdayOf(city, day), weekdayOf(city, day + 1), hours) * city.demand;
}

/**
 * Bookings per minute as the backend counts them: a mean over the last five minutes, published at each full minute.
 * No two days are equal, the level wanders a little, and the count itself is random.
 */
export function bookingsPerMinute(city: City, at: number, seed: number): number {
  const minute = Math.floor(at / MINUTE);
  const usual = usualBookings(city, minute * MINUTE);
  const { day } = localTime(city.zone, at);
  const daily = 0.02 * gaussian(seed, `${city.name} day`, day);
  const drift = 0.02 * wandering(seed, `${city.name} drift`, minute / 20);
  const counted = Math.sqrt(usual / 5) * 0.7 * gaussian(seed, `${city.name} count`, minute);
  return Math.max(0, usual * (1 + daily + drift) + counted);
}
