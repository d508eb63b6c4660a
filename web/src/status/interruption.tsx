/** Interruptions in the words told to members, the newest word first. */
import type { PublicStatus } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { lengthOf, spanOf, When } from '../shell/when.tsx';

type Interruption = PublicStatus['interruptions'][number];

interface InterruptionsProps {
  title: string;
  items: readonly Interruption[];
  folded?: boolean;
}

export function Interruptions({ title, items, folded = false }: InterruptionsProps) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <div className="status-stack">
        {items.map((each) => (
          <One key={each.id} interruption={each} folded={folded} />
        ))}
      </div>
    </section>
  );
}

function One({ interruption, folded }: { interruption: Interruption; folded: boolean }) {
  const { t, pick, language } = useWords();
  const now = useInstant();
  const notices = interruption.notices.toSorted((a, b) => b.publishedAt - a.publishedAt);
  const first = notices.at(-1);
  if (first === undefined) return null;
  const words = (
    <ol className="status-notices">
      {notices.map((notice) => (
        <li key={notice.id}>
          <p className="row small">
            <b>{t(`phase.${notice.phase}`)}</b>
            <span className="quiet">
              <When at={notice.publishedAt} />
            </span>
          </p>
          <p>{pick(notice.body)}</p>
        </li>
      ))}
    </ol>
  );
  return (
    <article className={`status-card interruption ${interruption.open ? first.severity : 'over'}`}>
      <h3>{pick(first.title)}</h3>
      <p className="quiet small">
        {interruption.resolvedAt === null ? (
          <>
            {t('status.since')} <When at={interruption.startedAt} />
          </>
        ) : (
          `${spanOf(interruption.startedAt, interruption.resolvedAt, language, now)} · ${lengthOf(interruption.resolvedAt - interruption.startedAt, language)}`
        )}
      </p>
      {folded ? (
        <details>
          <summary>{t('status.words', { count: notices.length })}</summary>
          {words}
        </details>
      ) : (
        words
      )}
    </article>
  );
}
