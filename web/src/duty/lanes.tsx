/** The layers of the duty plan as lanes over four weeks: one bar per shift, the one that counts in the top lane. */
import type { DutyAround, DutyPlan } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';

const DAY = 86_400_000;

interface Lane {
  readonly name: string;
  readonly shifts: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

/** How many tones there are: people beyond that share one. */
const TONES = 6;

export function Lanes({ plan, around }: { plan: DutyPlan; around: DutyAround }) {
  const { t, language } = useWords();
  const now = useInstant();
  const from = plan.shifts[0]?.from ?? now;
  const to = plan.shifts.at(-1)?.to ?? now + 28 * DAY;
  const lanes: Lane[] = [
    {
      name: t('around.final'),
      shifts: plan.shifts.map((shift) => ({ name: shift.focal.name, from: shift.from, to: shift.to })),
    },
    ...around.layers.map((layer) => ({
      name: layer.name === 'rotation' ? t('around.rotation') : layer.name,
      shifts: layer.shifts.map((shift) => ({ name: shift.person.name, from: shift.from, to: shift.to })),
    })),
  ];
  /** A tone per person, the same in every lane; those who follow one another in the list never share one. */
  const toneOf = (name: string): number =>
    Math.max(
      0,
      plan.people.findIndex((each) => each.name === name),
    ) % TONES;
  const share = (at: number): number => (Math.max(0, Math.min(to, at) - from) / (to - from)) * 100;
  const day = new Intl.DateTimeFormat(localeOf(language), { day: 'numeric', month: 'short', timeZone: plan.zone });
  const weeks = [0, 7, 14, 21].map((offset) => from + offset * DAY).filter((at) => at < to);
  return (
    <div className="lanes" role="img" aria-label={t('around.lanesWords')}>
      <div className="lane-days" aria-hidden>
        {weeks.map((at) => (
          <span key={at} className="small quiet number" style={{ left: `${share(at)}%` }}>
            {day.format(at)}
          </span>
        ))}
      </div>
      {lanes.map((lane) => (
        <div key={lane.name} className="lane">
          <span className="small strong lane-name">{lane.name}</span>
          <span className="lane-track">
            {lane.shifts.map((shift) => (
              <i
                key={shift.from}
                className={`lane-bar tone-${toneOf(shift.name)}`}
                title={shift.name}
                style={{
                  left: `${share(shift.from)}%`,
                  width: `${Math.max(0.4, share(shift.to) - share(shift.from))}%`,
                }}
              >
                {share(shift.to) - share(shift.from) < 7 ? null : <span>{shift.name.split(' ')[0]}</span>}
              </i>
            ))}
            <b className="lane-now" style={{ left: `${share(now)}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
