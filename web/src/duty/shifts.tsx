/** Four weeks of shifts as a list of bars: one line per shift, its length to scale. */
import type { DutyPlan, DutyShift } from '../api-types.ts';
import { localeOf, useWords } from '../language/index.ts';
import { Initials } from '../now/initials.tsx';
import { Pill } from '../shell/pill.tsx';
import { lengthOf } from '../shell/when.tsx';
import { lag, useInstant } from '../shell/clock.ts';

export function Shifts({ plan }: { plan: DutyPlan }) {
  const { t } = useWords();
  if (plan.shifts.length === 0) return <p className="quiet">{t('duty.noShift')}</p>;
  const from = Math.min(...plan.shifts.map((each) => each.from));
  const to = Math.max(...plan.shifts.map((each) => each.to));
  return (
    <ol className="shifts">
      {plan.shifts.map((shift) => (
        <Shift key={shift.from} shift={shift} zone={plan.zone} from={from} to={to} />
      ))}
    </ol>
  );
}

function Shift({ shift, zone, from, to }: { shift: DutyShift; zone: string; from: number; to: number }) {
  const { t, language } = useWords();
  const now = useInstant();
  const isOn = shift.from <= now + lag() && now < shift.to;
  const when = new Intl.DateTimeFormat(localeOf(language), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });
  const share = (at: number) => ((at - from) / (to - from)) * 100;

  return (
    <li className={isOn ? 'shift on' : 'shift'}>
      <Initials name={shift.focal.name} lit={false} />
      <div>
        <p className="row">
          <span className="strong">{shift.focal.name}</span>
          {isOn ? <Pill tone="lamp">{t('duty.nowOn')}</Pill> : null}
          {shift.override === null ? null : <span className="tag">{t('duty.override')}</span>}
        </p>
        <p className="small quiet number">
          <span className="nowrap">{when.format(shift.from)} –</span>{' '}
          <span className="nowrap">{when.format(shift.to)}</span>{' '}
          <span className="nowrap">({lengthOf(shift.to - shift.from, language)})</span>
        </p>
        {shift.deputy === null ? null : (
          <p className="small quiet">{t('duty.deputyIs', { name: shift.deputy.name })}</p>
        )}
      </div>
      <span className="shift-bar" aria-hidden>
        <i
          className={shift.override === null ? '' : 'override'}
          style={{ left: `${share(shift.from)}%`, width: `${Math.max(1, share(shift.to) - share(shift.from))}%` }}
        />
      </span>
    </li>
  );
}
