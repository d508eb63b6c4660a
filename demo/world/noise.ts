/** Seeded noise that is a pure function of its coordinates: the same seed, stream and index give the same value. */

const streams = new Map<string, number>();

/** A 32-bit number for a stream's name (FNV-1a), remembered because the same few names are asked millions of times. */
function streamNumber(name: string): number {
  const known = streams.get(name);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  streams.set(name, hash >>> 0);
  return hash >>> 0;
}

/** The finishing step of MurmurHash3: every input bit reaches every output bit. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * A number spread evenly over [0, 1).
 * @param seed any integer
 * @param stream name of the series of numbers
 * @param index which number of the series
 */
export function uniform(seed: number, stream: string, index: number): number {
  return mixed(mixed(mixed(seed ^ streamNumber(stream)) + Math.floor(index)) ^ 0x5bd1e995) / 0x1_0000_0000;
}

/** A number of the standard normal distribution, cut at four deviations so that no sample looks like a fault. */
export function gaussian(seed: number, stream: string, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, stream, index)));
  const angle = 2 * Math.PI * uniform(seed, `${stream}/angle`, index);
  return Math.max(-4, Math.min(4, radius * Math.cos(angle)));
}

/**
 * Noise that wanders: normal numbers at whole positions, blended in between.
 * @param position where in the series, in units of the distance between two independent numbers
 */
export function wandering(seed: number, stream: string, position: number): number {
  const left = Math.floor(position);
  const share = (1 - Math.cos((position - left) * Math.PI)) / 2;
  return gaussian(seed, stream, left) * (1 - share) + gaussian(seed, stream, left + 1) * share;
}
