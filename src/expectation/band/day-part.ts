/** The four parts of a day, in the order of their index. */
export const DAY_PARTS = ['night', 'morning', 'daytime', 'evening'] as const;
export type DayPart = (typeof DAY_PARTS)[number];

/** Local minutes of the day at which each part begins. */
export type DayPartStarts = Readonly<Record<DayPart, number>>;

export const DEFAULT_DAY_PARTS: DayPartStarts = { morning: 360, daytime: 600, evening: 1020, night: 1320 };

/** Index in DAY_PARTS for each minute of the day, so that a look-up is one array access. */
export function dayPartTable(starts: DayPartStarts): Uint8Array {
  const order = DAY_PARTS.map((name, index) => ({ index, start: starts[name] })).sort((a, b) => a.start - b.start);
  const table = new Uint8Array(1440).fill(order.at(-1)!.index);
  for (const { index, start } of order) table.fill(index, start);
  return table;
}
