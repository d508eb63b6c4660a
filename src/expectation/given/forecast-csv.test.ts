import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readForecast, type ForecastTarget } from './forecast-csv.ts';

const target: ForecastTarget = {
  name: 'bookings',
  by: ['city'],
  valuesOf: (label) => (label === 'city' ? ['berlin', 'lisbon'] : null),
  zoneOf: ({ city }) => (city === 'lisbon' ? 'Europe/Lisbon' : 'Europe/Berlin'),
};
const read = (text: string) => readForecast(text, target);
const mistakes = (text: string): readonly string[] => {
  const result = read(text);
  return 'mistakes' in result ? result.mistakes : [];
};

describe('a file of forecasts', () => {
  it('is read by its header, in the zone of each city, and sorted', () => {
    const text =
      '\uFEFFcity,timestamp,value\r\nberlin,2026-07-01 13:00,2\r\nberlin,2026-07-01 12:00,"1.5"\r\nlisbon,2026-07-01 12:00,3\r\n';
    const result = read(text);
    assert.ok('series' in result);
    const noon = Date.UTC(2026, 6, 1, 10);
    assert.deepEqual(result.series, [
      { labels: { city: 'berlin' }, times: [noon, noon + 3_600_000], values: [1.5, 2] },
      { labels: { city: 'lisbon' }, times: [noon + 3_600_000], values: [3] },
    ]);
  });

  const row = '2026-07-01T12:00:00Z';
  const cases: [text: string, want: RegExp][] = [
    ['', /^The file is empty/],
    ['timestamp,value\n', /^line 1: the header has no city\. Write the header timestamp,value,city$/],
    ['timestamp,value,city,town\n', /^line 1: series of "bookings" have no label town/],
    ['timestamp,value,city,city\n', /^line 1: the header names city twice/],
    ['timestamp,value,city\n', /^There is no row/],
    [`timestamp,value,city\n${row},1\n`, /^line 2: there are 2 fields\. Write 3: timestamp,value,city$/],
    [`timestamp,value,city\n${row},,berlin\n`, /^line 2: the value is empty\. Leave the row out/],
    [`timestamp,value,city\n${row},"1,5",berlin\n`, /^line 2: there are 4 fields/],
    [`timestamp,value,city\n${row},1,\n`, /^line 2: city is empty/],
    [`timestamp,value,city\n\n${row},1,bern\n`, /^line 3: there is no city "bern"\. Write one of berlin, lisbon$/],
    [`timestamp,value,city\nnoon,1,berlin\n`, /^line 2: "noon" is no instant/],
    [`timestamp,value,city\n${row},1,berlin\n${row},2,berlin\n`, /^line 3: this instant .* stands in line 2 already/],
  ];
  for (const [text, want] of cases) {
    it(`refuses ${JSON.stringify(text).slice(0, 70)}`, () => assert.match(mistakes(text)[0] ?? '', want));
  }

  it('tells at most 20 mistakes', () => {
    const many = `timestamp,value,city\n${'x,1,berlin\n'.repeat(100)}`;
    assert.equal(mistakes(many).length, 21);
    assert.match(mistakes(many)[20]!, /There may be more/);
  });
});
