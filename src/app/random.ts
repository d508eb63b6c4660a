/** Cryptographic numbers in [0, 1), drawn from the system a thousand at a time: each id needs sixteen of them. */
export function pooledRandom(): () => number {
  const pool = new Uint32Array(1024);
  let left = 0;
  return () => {
    if (left === 0) {
      crypto.getRandomValues(pool);
      left = pool.length;
    }
    return pool[--left]! / 2 ** 32;
  };
}
