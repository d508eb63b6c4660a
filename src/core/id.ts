const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_LENGTH = 16;

/** Makes ids that sort by the time they were made: `inc_01JD...`, a prefix and a ULID. */
export interface IdSource {
  /** A new id; `prefix` names the kind of thing, such as `inc`. */
  next(prefix: string): string;
}

/**
 * Ids by the ULID layout (48 bits of milliseconds, 80 random bits, Crockford base 32), increasing within a millisecond
 * even when the clock steps back.
 * @param now the present instant in ms
 * @param random a number in [0, 1): cryptographic in production, seeded in simulations
 */
export function idSource(now: () => number, random: () => number): IdSource {
  let lastTime = 0;
  let tail: number[] = [];
  /** All of the id but its last digit, which is mostly the only one that is new. */
  let head = '';
  return {
    next(prefix) {
      let time = Math.max(now(), lastTime);
      const again = time === lastTime && tail.length > 0;
      if (again && tail.at(-1)! < ALPHABET.length - 1) {
        tail[RANDOM_LENGTH - 1]!++;
      } else {
        if (!again || !increment(tail)) {
          // All ids of this millisecond are used up: take the next one.
          if (again) time++;
          tail = Array.from({ length: RANDOM_LENGTH }, () => Math.floor(random() * ALPHABET.length));
        }
        lastTime = time;
        head = encodeTime(time);
        for (const digit of tail.slice(0, -1)) head += ALPHABET[digit];
      }
      return `${prefix}_${head}${ALPHABET[tail.at(-1)!]}`;
    },
  };
}

/**
 * The UUID (version 7) that stands for an id: the same milliseconds, and the low 74 of its random bits, so that UUIDs of
 * one source increase as its ids do.
 */
export function uuidOf(id: string): string {
  let bits = 0n;
  for (const digit of id.slice(-26)) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(digit));
  const time = bits >> 80n;
  const high = (bits >> 62n) & 0xfffn;
  const low = bits & ((1n << 62n) - 1n);
  const hex = ((time << 80n) | (7n << 76n) | (high << 64n) | (2n << 62n) | low).toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function encodeTime(time: number): string {
  let text = '';
  let rest = time;
  for (let index = 0; index < 10; index++) {
    text = ALPHABET[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Adds one in place; false when the digits ran over. */
function increment(digits: number[]): boolean {
  for (let index = digits.length - 1; index >= 0; index--) {
    if (digits[index]! < 31) {
      digits[index]!++;
      return true;
    }
    digits[index] = 0;
  }
  return false;
}
