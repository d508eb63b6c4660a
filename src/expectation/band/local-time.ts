/** Local wall-clock time of one IANA zone, cheap enough for every sample: offsets are cached from change to change. */
export class LocalTime {
  readonly zone: string;
  #from = NaN;
  #to = NaN;
  #offset = 0;

  /** @param zone IANA name; an unknown one throws a RangeError */
  constructor(zone: string) {
    this.zone = zone;
    this.#load(0);
  }

  /** Milliseconds to be added to a UTC instant (ms) to read the local wall clock as if it were UTC. */
  offset(time: number): number {
    if (!(time >= this.#from && time < this.#to)) this.#load(time);
    return this.#offset;
  }

  /** The local wall clock as ms since 1970-01-01T00:00 local. */
  local(time: number): number {
    return time + this.offset(time);
  }

  #load(time: number): void {
    const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(time)).toZonedDateTimeISO(this.zone);
    const next = instant.getTimeZoneTransition('next');
    // A transition at exactly this instant has already happened, so the search for the one before starts a tick later.
    const before = instant.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
    this.#offset = instant.offsetNanoseconds / 1e6;
    this.#from = before ? before.epochMilliseconds : -Infinity;
    this.#to = next ? next.epochMilliseconds : Infinity;
  }
}
