import type { DutyAround, DutyPlan } from '../../web/src/api-types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What stands around the duty plan of the stand-in: an office layer, a swap, somebody away, tests. */
export function dutyAround(plan: Pick<DutyPlan, 'shifts' | 'people'>, now: number): DutyAround {
  const [amira, jonas, lena, marek] = plan.people as [
    DutyPlan['people'][number],
    DutyPlan['people'][number],
    DutyPlan['people'][number],
    DutyPlan['people'][number],
  ];
  const monday = now - ((((now / DAY) | 0) + 3) % 7) * DAY - (now % DAY);
  const office = [0, 1, 2, 3].flatMap((week) =>
    [0, 1, 2, 3, 4].map((day) => ({
      person: week % 2 === 0 ? lena : marek,
      from: monday + (week * 7 + day) * DAY + 8 * HOUR,
      to: monday + (week * 7 + day) * DAY + 16 * HOUR,
    })),
  );
  const way = (channel: string, address: string, testedAt: number | null, answeredAt: number | null) => ({
    channel,
    address,
    testedAt,
    answeredAt,
    vendor: channel === 'sms' ? 'south' : null,
    error: null,
  });
  return {
    layers: [
      {
        name: 'rotation',
        id: null,
        shifts: plan.shifts.map(({ focal, from, to }) => ({ person: focal, from, to })),
      },
      { name: 'office', id: null, shifts: office },
    ],
    absences: [
      {
        id: 'abs-1',
        person: marek.id,
        startsAt: now + 9 * DAY,
        endsAt: now + 16 * DAY,
        reason: 'Holiday',
        createdBy: 'Marek Nowak',
        configured: false,
      },
    ],
    swaps: [
      {
        id: 'swp-1',
        asker: jonas,
        other: amira,
        startsAt: now + 8 * DAY,
        endsAt: now + 9 * DAY,
        backStartsAt: now + 22 * DAY,
        backEndsAt: now + 23 * DAY,
        reason: 'My sister’s wedding',
        state: 'asked',
        askedAt: now - 2 * HOUR,
        answeredAt: null,
      },
    ],
    handovers: [
      {
        id: 'hov-1',
        from: marek,
        to: amira,
        at: now - 34 * HOUR,
        state: 'accepted',
        brief: 'No incident is open.\nNothing is silenced.\n1 pieces of work are announced for the next day.',
        askedAt: now - 34.5 * HOUR,
        acceptedAt: now - 34.4 * HOUR,
        deputyStandsIn: false,
      },
    ],
    findings: [
      {
        kind: 'one-way',
        from: null,
        to: null,
        people: [marek.id],
        words: 'Marek Nowak has one address only (email): when it fails, nobody hears',
      },
    ],
    provedUntil: now + 364 * DAY,
    reach: [
      {
        person: amira,
        ways: [
          way('sms', '+491701234567', now - 2 * DAY, now - 2 * DAY + 60_000),
          way('email', 'amira@kiez-mobil.example', now - 2 * DAY, now - 2 * DAY + 240_000),
        ],
      },
      {
        person: jonas,
        ways: [way('sms', '+491709876543', now - 2 * DAY, null), way('email', 'jonas@kiez-mobil.example', null, null)],
      },
      { person: lena, ways: [way('email', 'lena@kiez-mobil.example', now - 2 * DAY, now - DAY)] },
      { person: marek, ways: [way('email', 'marek@kiez-mobil.example', null, null)] },
    ],
    feeds: [
      { id: 'cfd-1', person: amira.id, createdBy: 'Amira Haddad', createdAt: now - 20 * DAY, lastReadAt: now - HOUR },
    ],
    me: amira.id,
    handsOver: true,
    tests: true,
  };
}
