/** What the screen says when nothing is wrong, with enough facts to believe it. */
import { Link } from '@tanstack/react-router';
import type { Now } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { lengthOf, When } from '../shell/when.tsx';

export function Quiet({ now }: { now: Now }) {
  const { t, language } = useWords();
  const last = now.recentlyResolved[0];
  return (
    <section className="panel quiet-scene" aria-label={t('now.calm')}>
      <img src="/lamp.svg" alt="" />
      <div>
        <h2>{t('now.calmTitle')}</h2>
        <p>{t('now.calmWords', { functions: now.functions.length, cities: now.cities.length })}</p>
        <p className="small quiet">
          {t('now.checked')} <When at={now.at} />
          {last === undefined ? null : (
            <>
              {' · '}
              {t('now.last')}{' '}
              <Link to="/incidents/$id" params={{ id: last.id }}>
                #{last.number} {last.title}
              </Link>
              {last.resolvedAt === null
                ? null
                : `, ${t('now.lastTook', { length: lengthOf(last.resolvedAt - last.startedAt, language) })}`}
            </>
          )}
        </p>
      </div>
    </section>
  );
}
