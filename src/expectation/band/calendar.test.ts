import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dayLikeOf, type Calendar, type HolidaysOf } from './calendar.ts';

/** A country whose only holidays are Labour Day (a Friday in 2026) and Ascension (a Thursday). */
const holidaysOf: HolidaysOf = (country, state, year) =>
  country === 'DE' && state === 'BE' ? [`${year}-05-01`, ...(year === 2026 ? ['2026-05-14'] : [])] : [];
const calendar = (given: Partial<Calendar> = {}): Calendar => ({
  country: 'DE',
  state: 'BE',
  like: 'sunday',
  days: [],
  ...given,
});

describe('calendars', () => {
  it('a holiday is like the day that is said, any other day like itself', () => {
    const like = dayLikeOf(calendar({ like: 'saturday' }), holidaysOf);
    assert.deepEqual(['2026-05-13', '2026-05-14', '2026-05-15', '2027-05-01'].map(like), [null, 6, null, 6]);
    assert.equal(dayLikeOf(calendar({ state: undefined }), holidaysOf)('2026-05-14'), null);
    assert.equal(dayLikeOf(calendar({ country: undefined }), holidaysOf)('2026-05-14'), null);
  });

  it('a bridge is a Friday after or a Monday before a holiday, also over the turn of a year', () => {
    const like = dayLikeOf(calendar({ bridge: 'saturday' }), holidaysOf);
    assert.equal(like('2026-05-15'), 6);
    assert.equal(like('2026-05-13'), null);
    const newYear = dayLikeOf(calendar({ bridge: 'saturday' }), (_, __, year) => [`${year}-01-01`]);
    // 1 January 2030 is a Tuesday.
    assert.equal(newYear('2029-12-31'), 6);
    // 1 January 2027 is a Friday: the Thursday before is a day of work.
    assert.equal(newYear('2026-12-31'), null);
  });

  it('own days count before holidays and bridges', () => {
    const days = [
      { date: '2026-05-14', like: 'thursday' as const },
      { date: '2026-12-24', like: 'saturday' as const },
    ];
    const like = dayLikeOf(calendar({ days }), holidaysOf);
    assert.deepEqual(['2026-05-14', '2026-12-24', '2026-05-01'].map(like), [4, 6, 7]);
  });

  it('asks for each year once', () => {
    const asked: number[] = [];
    const like = dayLikeOf(calendar(), (_, __, year) => {
      asked.push(year);
      return [];
    });
    for (const date of ['2026-02-03', '2026-02-04', '2027-02-03', '2026-02-05']) like(date);
    assert.deepEqual(asked, [2026, 2027]);
  });
});
