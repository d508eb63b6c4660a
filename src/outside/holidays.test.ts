import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holidayMistake, holidaysOf } from './holidays.ts';

describe('holidays of countries', () => {
  it('come by state, without any network', () => {
    assert.ok(holidaysOf('DE', 'BE', 2026).includes('2026-03-08'), 'Women’s Day is a holiday in Berlin');
    assert.ok(!holidaysOf('DE', 'BY', 2026).includes('2026-03-08'));
    assert.ok(holidaysOf('DE', 'BY', 2026).includes('2026-06-04'), 'Corpus Christi moves with Easter');
    assert.ok(holidaysOf('US', null, 2014).includes('2014-09-01'), 'Labour Day is the first Monday');
    assert.deepEqual(holidaysOf('ZZ', null, 2026), []);
  });

  it('say what to write when a country or state is unknown', () => {
    assert.equal(holidayMistake('DE', 'BE'), null);
    assert.equal(holidayMistake('DE', null), null);
    assert.match(holidayMistake('DE', 'XX')!, /"DE" has no state "XX"\. Write one of .*BE/);
    assert.match(holidayMistake('ZZ', null)!, /no holidays of "ZZ"\. Write one of .*AT/);
  });
});
