/** Who is on duty and until when. */
import { Link } from '@tanstack/react-router';
import type { DutyNow } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { Pill } from '../shell/pill.tsx';
import { When } from '../shell/when.tsx';
import { Initials } from './initials.tsx';

export function DutyStrip({ duty }: { duty: DutyNow }) {
  const { t } = useWords();
  return (
    <section className="duty-strip" aria-label={t('duty.onDuty')}>
      <Initials name={duty.focal.name} lit />
      <div>
        <p className="duty-name">
          <span className="quiet small">{t('duty.onDuty')}</span>
          <Link to="/duty" className="title-link">
            {duty.focal.name}
          </Link>
          {duty.override ? <Pill tone="lamp">{t('duty.override')}</Pill> : null}
        </p>
        <p className="small quiet">
          {t('duty.until')} <When at={duty.until} />
          {duty.next === null ? '' : ` · ${t('duty.then', { name: duty.next.name })}`}
        </p>
        {duty.deputy === null ? null : <p className="small quiet">{t('duty.deputyIs', { name: duty.deputy.name })}</p>}
      </div>
    </section>
  );
}
