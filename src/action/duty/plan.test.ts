import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DutyOverride } from '../nouns.ts';
import { dutySchema, type DutyConfig } from './config.ts';
import { handoverAt, layersOf, type Layer } from './layer.ts';
import { dutyPlan, onDuty, shifts } from './plan.ts';
import { overloads, prove } from './prove.ts';

const DAY = 86_400_000;
const ZONES = [
  'Europe/Berlin',
  'Europe/Lisbon',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Kyiv',
  'Europe/Moscow',
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Caracas',
  'America/Santiago',
  'America/Havana',
  'America/Asuncion',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Asia/Tehran',
  'Asia/Gaza',
  'Asia/Pyongyang',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Australia/Sydney',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Atlantic/Azores',
  'America/Nuuk',
];

function dutyOf(change: object = {}, rotation: object = {}): DutyConfig {
  return dutySchema.parse({
    zone: 'Europe/Berlin',
    rotation: { people: ['amira', 'jonas', 'lena'], starts: '2026-01-05', handover: '09:00', every: '1w', ...rotation },
    fallback: 'amira',
    ...change,
  });
}

/** The rotation as the lowest layer. */
function baseOf(duty: DutyConfig): Layer {
  return layersOf(duty)[0]!;
}

function overrideOf(id: string, person: string, startsAt: number, endsAt: number): DutyOverride {
  return { id, person, startsAt, endsAt, reason: '', createdBy: 'x', cancelledAt: null };
}

const berlin = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Europe/Berlin').epochMilliseconds;

describe('the rotation', () => {
  it('hands over at the wall time on both sides of a DST change', () => {
    const plan = dutyPlan(dutyOf());
    const list = shifts(plan, berlin('2026-03-16T09:00'), berlin('2026-04-13T09:00'));
    assert.deepEqual(
      list.map(({ from }) =>
        Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('Europe/Berlin').toPlainTime().toString(),
      ),
      ['09:00:00', '09:00:00', '09:00:00', '09:00:00'],
    );
    assert.equal(list[1]!.to - list[1]!.from, 7 * DAY - 3_600_000, 'the week of the change is an hour shorter');
  });

  it('hands over right after the gap when the wall time is left out, and once when it comes twice', () => {
    const duty = dutyOf({}, { handover: '02:30', every: '1d', starts: '2026-03-01' });
    const spring = shifts(dutyPlan(duty), berlin('2026-03-29T00:00'), berlin('2026-03-30T00:00'));
    assert.deepEqual(
      spring.map(({ from }) => from),
      [berlin('2026-03-29T00:00'), berlin('2026-03-29T03:30')],
    );
    const autumn = shifts(dutyPlan(duty), berlin('2026-10-25T00:00'), berlin('2026-10-26T00:00'));
    assert.equal(autumn.length, 2);
  });

  it('tells who is on duty, until when, and who follows', () => {
    const duty = onDuty(dutyPlan(dutyOf()), berlin('2026-01-06T12:00'));
    assert.deepEqual(duty, {
      focal: 'amira',
      deputy: 'jonas',
      until: berlin('2026-01-12T09:00'),
      next: 'jonas',
      override: false,
    });
  });

  it('with one person alone has nobody else to hand over to', () => {
    const duty = onDuty(dutyPlan(dutyOf({}, { people: ['amira'] })), berlin('2026-01-06T12:00'));
    assert.deepEqual([duty.focal, duty.deputy, duty.next], ['amira', null, null]);
  });
});

describe('overrides', () => {
  const from = berlin('2026-01-06T12:00');
  const to = berlin('2026-01-06T18:00');

  it('put somebody else on duty for their time, and the deputy becomes the next when it is the deputy', () => {
    const plan = dutyPlan(dutyOf(), { overrides: [overrideOf('ovr_1', 'jonas', from, to)] });
    const inside = onDuty(plan, from);
    assert.deepEqual([inside.focal, inside.deputy, inside.override], ['jonas', 'lena', true]);
    assert.deepEqual([inside.until, inside.next], [to, 'amira']);
    assert.equal(onDuty(plan, from - 1).focal, 'amira');
    assert.equal(onDuty(plan, from - 1).until, from);
    assert.equal(onDuty(plan, to).focal, 'amira');
  });

  it('that were made later win, and cancelled ones do not count', () => {
    const first = overrideOf('ovr_1', 'jonas', from, to);
    const second = overrideOf('ovr_2', 'lena', from, to);
    assert.equal(onDuty(dutyPlan(dutyOf(), { overrides: [second, first] }), from).focal, 'lena');
    assert.equal(
      onDuty(dutyPlan(dutyOf(), { overrides: [first, { ...second, cancelledAt: from }] }), from).focal,
      'jonas',
    );
  });

  it('of the configuration are read in the duty zone', () => {
    const duty = dutyOf({ overrides: [{ person: 'lena', from: '2026-01-06T12:00', to: '2026-01-06T17:00:00Z' }] });
    assert.deepEqual([duty.overrides[0]!.startsAt, duty.overrides[0]!.endsAt], [from, to]);
    const bad = () => dutyOf({ overrides: [{ person: 'lena', from: 'tomorrow', to: '2026-01-06T17:00' }] });
    assert.throws(bad, /Write a wall time such as/);
  });
});

describe('the proof', () => {
  it('names the gap before the first hand-over, and an override closes it', () => {
    const start = berlin('2026-01-01T00:00');
    const first = berlin('2026-01-05T09:00');
    assert.deepEqual(prove(dutyPlan(dutyOf()), start, first + DAY), [
      { kind: 'nobody', from: start, to: first, people: [] },
    ]);
    const filled = dutyPlan(dutyOf(), { overrides: [overrideOf('ovr_1', 'lena', start, first)] });
    assert.deepEqual(prove(filled, start, first + DAY), []);
    assert.equal(onDuty(dutyPlan(dutyOf()), start).focal, 'amira', 'paging fails open: the fallback is on duty');
  });

  it('names an empty rotation, and two people at once', () => {
    const at = berlin('2026-02-01T00:00');
    assert.equal(prove(dutyPlan(dutyOf({}, { people: [] })), at, at + DAY)[0]!.kind, 'nobody');
    const two = dutyPlan(dutyOf(), {
      overrides: [overrideOf('ovr_1', 'lena', at, at + 100), overrideOf('ovr_2', 'jonas', at + 50, at + 200)],
    });
    assert.deepEqual(prove(two, at, at + DAY), [
      { kind: 'two-people', from: at + 50, to: at + 100, people: ['lena', 'jonas'] },
    ]);
  });
});

describe('in every zone', () => {
  const plans = fc.record({
    zone: fc.constantFrom(...ZONES),
    people: fc.integer({ min: 1, max: 6 }).map((count) => Array.from({ length: count }, (_, index) => `p${index}`)),
    days: fc.constantFrom(1, 2, 7, 14),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.constantFrom(0, 30),
    at: fc.integer({ min: Date.UTC(2011, 11, 1), max: Date.UTC(2030, 0, 1) }),
    overrides: fc.array(
      fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 200 })),
      {
        maxLength: 4,
      },
    ),
  });
  const build = ({ zone, people, days, hour, minute, at, overrides }: ReturnType<typeof sample>) => {
    const handover = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
    const duty = dutyOf({ zone, fallback: 'p0' }, { people, starts: '2011-01-03', handover, every: `${days}d` });
    const stored = overrides.map(([who, start, hours], index) => {
      const startsAt = at + start * DAY;
      return overrideOf(`ovr_${index}`, `p${who}`, startsAt, startsAt + hours * 3_600_000);
    });
    return dutyPlan(duty, { overrides: stored });
  };
  const sample = () => fc.sample(plans, 1)[0]!;

  it('the shifts tile time, no deputy is the focal person, and each instant agrees with its shift', () => {
    fc.assert(
      fc.property(plans, fc.double({ min: 0, max: 1, noNaN: true }), (parts, part) => {
        const plan = build(parts);
        const [from, to] = [parts.at, parts.at + 30 * DAY];
        const list = shifts(plan, from, to);
        assert.equal(list[0]!.from, from);
        assert.equal(list.at(-1)!.to, to);
        list.forEach((shift, index) => {
          assert.ok(shift.from < shift.to);
          assert.notEqual(shift.deputy, shift.focal);
          if (index > 0) assert.equal(shift.from, list[index - 1]!.to);
        });
        const at = Math.floor(from + part * (to - from - 1));
        const holding = list.filter((shift) => shift.from <= at && at < shift.to);
        assert.equal(holding.length, 1);
        const duty = onDuty(plan, at);
        assert.deepEqual([duty.focal, duty.deputy], [holding[0]!.focal, holding[0]!.deputy]);
        assert.ok(duty.until > at);
        assert.deepEqual(prove({ ...plan, overrides: [] }, from, to), []);
      }),
      { numRuns: 150 },
    );
  });

  for (const zone of ZONES) {
    it(`${zone} hands over at the wall time all year`, () => {
      const duty = dutyOf({ zone }, { every: '1d', starts: '2025-12-30', handover: '12:15' });
      for (let index = 0; index < 400; index++) {
        const at = Temporal.Instant.fromEpochMilliseconds(handoverAt(baseOf(duty), index)).toZonedDateTimeISO(zone);
        assert.equal(at.toPlainTime().toString(), '12:15:00');
      }
      const plan = dutyPlan(duty);
      const first = handoverAt(baseOf(duty), 0);
      assert.equal(shifts(plan, first, handoverAt(baseOf(duty), 365)).length, 365);
    });
  }

  it('a day that a zone left out makes no shift', () => {
    const duty = dutyOf({ zone: 'Pacific/Apia' }, { every: '1d', starts: '2011-12-25', handover: '09:00' });
    const list = shifts(dutyPlan(duty), handoverAt(baseOf(duty), 0), handoverAt(baseOf(duty), 8));
    assert.equal(list.length, 7, 'there was no 30 December 2011 in Samoa');
  });
});

describe('layers', () => {
  const office = {
    name: 'office',
    people: ['lena', 'marek'],
    starts: '2026-01-05',
    every: '1w',
    only: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }],
  };
  const night = {
    name: 'night',
    people: ['nora'],
    starts: '2026-01-01',
    every: '1d',
    only: [{ from: '22:00', to: '06:00' }],
  };
  const whoAt = (plan: ReturnType<typeof dutyPlan>, text: string): string => onDuty(plan, berlin(text)).focal;

  it('count in their hours; the lower one fills the rest', () => {
    const plan = dutyPlan(dutyOf({ layers: [office, night] }));
    const seen = ['2026-01-07T08:59', '2026-01-07T09:00', '2026-01-07T16:59', '2026-01-07T17:00', '2026-01-10T12:00'];
    assert.deepEqual(
      seen.map((text) => whoAt(plan, text)),
      ['amira', 'lena', 'lena', 'amira', 'amira'],
    );
    const late = ['2026-01-07T21:59', '2026-01-07T22:00', '2026-01-08T05:59', '2026-01-08T06:00'];
    assert.deepEqual(
      late.map((text) => whoAt(plan, text)),
      ['amira', 'nora', 'nora', 'amira'],
      'over midnight',
    );
    assert.equal(whoAt(plan, '2026-01-14T12:00'), 'marek', 'the layer has a rotation of its own');
  });

  it('a shift of hours changes hands within the day', () => {
    const halves = { name: 'halves', people: ['day', 'night'], starts: '2026-01-05', handover: '08:00', every: '12h' };
    const plan = dutyPlan(dutyOf({ rotation: undefined, layers: [halves] }));
    const seen = ['2026-03-28T12:00', '2026-03-28T23:00', '2026-03-29T07:59', '2026-03-29T08:00', '2026-03-29T20:00'];
    assert.deepEqual(
      seen.map((text) => whoAt(plan, text)),
      ['day', 'night', 'night', 'day', 'night'],
      'through the night on which the clocks change',
    );
  });

  it('a layer of another place has its own clock', () => {
    const lisbon = { ...office, zone: 'Europe/Lisbon' };
    const plan = dutyPlan(dutyOf({ layers: [lisbon] }));
    assert.equal(whoAt(plan, '2026-01-07T09:30'), 'amira', '08:30 in Lisbon');
    assert.equal(whoAt(plan, '2026-01-07T10:00'), 'lena');
  });

  it('who is away is passed over; when everybody of a layer is, the one below counts', () => {
    const absences = [{ person: 'lena', from: '2026-01-05T00:00', to: '2026-01-12T00:00' }];
    const plan = dutyPlan(dutyOf({ layers: [office], absences }));
    assert.equal(whoAt(plan, '2026-01-07T12:00'), 'marek');
    const both = [...absences, { person: 'marek', from: '2026-01-07T00:00', to: '2026-01-08T00:00' }];
    const nobody = dutyPlan(dutyOf({ layers: [office], absences: both }));
    assert.equal(whoAt(nobody, '2026-01-07T12:00'), 'amira');
    assert.equal(whoAt(nobody, '2026-01-08T12:00'), 'marek');
    assert.notEqual(onDuty(nobody, berlin('2026-01-07T12:00')).deputy, 'lena', 'nobody who is away is a deputy');
  });

  it('a temporary schedule lies above all layers for its days', () => {
    const made = { handover: '09:00', every: DAY, createdBy: 'x', cancelledAt: null };
    const fair = {
      id: 'tmp_1',
      name: 'fair',
      people: ['zoe', 'yan'],
      starts: '2026-01-07',
      ends: '2026-01-09',
      ...made,
    };
    const plan = dutyPlan(dutyOf({ layers: [office] }), { temporary: [fair] });
    const seen = ['2026-01-07T08:00', '2026-01-07T12:00', '2026-01-08T12:00', '2026-01-08T23:59', '2026-01-09T00:00'];
    assert.deepEqual(
      seen.map((text) => whoAt(plan, text)),
      ['amira', 'zoe', 'yan', 'yan', 'amira'],
    );
  });

  it('the deputy is the next in turn of the layer, or of those below it', () => {
    const plan = dutyPlan(dutyOf({ layers: [office, night] }));
    assert.equal(onDuty(plan, berlin('2026-01-07T12:00')).deputy, 'marek');
    assert.equal(onDuty(plan, berlin('2026-01-07T23:00')).deputy, 'amira', 'the night has one person alone');
  });

  it('hours that nobody covers are found by the proof', () => {
    const plan = dutyPlan(dutyOf({ rotation: undefined, layers: [office] }));
    const holes = prove(plan, berlin('2026-01-07T12:00'), berlin('2026-01-08T12:00'));
    assert.deepEqual(
      holes.map(({ kind, from, to }) => [kind, from, to]),
      [['nobody', berlin('2026-01-07T17:00'), berlin('2026-01-08T09:00')]],
    );
    assert.equal(whoAt(plan, '2026-01-07T20:00'), 'amira', 'the fallback stands in: paging fails open');
  });

  it('two weeks in a row are told as an overload', () => {
    const duty = dutyOf({}, { people: ['amira', 'amira', 'jonas', 'lena'] });
    const found = overloads(dutyPlan(duty), berlin('2026-01-05T09:00'), berlin('2026-04-01T00:00'), 200);
    assert.deepEqual(
      found.map(({ person, hours }) => [person, hours]),
      [['amira', 336]],
    );
    assert.deepEqual(overloads(dutyPlan(dutyOf()), berlin('2026-01-05T09:00'), berlin('2026-04-01T00:00'), 200), []);
  });

  const hours = fc.record({
    days: fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const),
    from: fc.constantFrom('00:00', '02:30', '06:00', '09:00', '17:00', '22:00'),
    to: fc.constantFrom('00:00', '02:30', '06:00', '09:00', '17:00', '22:00'),
  });
  const layer = fc.record({
    people: fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
    starts: fc.constantFrom('2025-12-29', '2026-03-20', '2026-10-01'),
    every: fc.constantFrom('4h', '8h', '12h', '1d', '3d', '1w'),
    handover: fc.constantFrom('00:00', '02:30', '09:00'),
    zone: fc.constantFrom(null, ...ZONES),
    only: fc.array(hours, { maxLength: 2 }),
  });

  it('in every zone, with any layers, tile time: one focal person at each instant, and the next change is never missed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.array(layer, { maxLength: 3 }),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (zone, layers, parts) => {
          const duty = dutyOf({ zone, layers: layers.map((one, index) => ({ ...one, name: `l${index}` })) });
          const plan = dutyPlan(duty);
          const from = Date.UTC(2026, 2, 20);
          const to = Date.UTC(2026, 3, 10);
          const list = shifts(plan, from, to);
          assert.equal(list[0]!.from, from);
          assert.equal(list.at(-1)!.to, to);
          for (const [index, shift] of list.entries()) {
            assert.ok(shift.to > shift.from);
            if (index > 0) assert.equal(shift.from, list[index - 1]!.to);
            assert.notEqual(shift.focal, shift.deputy);
          }
          for (const part of parts) {
            const at = Math.floor(from + part * (to - from));
            const held = list.find((shift) => shift.from <= at && at < shift.to)!;
            assert.equal(onDuty(plan, at).focal, held.focal);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
