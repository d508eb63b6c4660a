/** When work would recur and what it would cover now, as the server says it. */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { MaintenancePreview } from '../api-types.ts';
import { call, wordsOf } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { spanOf } from '../shell/when.tsx';

export function WorkPreview({ body }: { body: object }) {
  const { t, language } = useWords();
  const now = useInstant();
  const [asked] = useDebouncedValue(JSON.stringify(body), 300);
  const query = useQuery({
    queryKey: ['maintenance-preview', asked],
    queryFn: () => call<MaintenancePreview>('POST', '/ops/v1/maintenance/preview', JSON.parse(asked) as object),
    retry: false,
  });
  if (query.isError) {
    return (
      <p className="small" role="alert">
        {wordsOf(query.error)}
      </p>
    );
  }
  if (!query.data) return null;
  const { next, firing, paging } = query.data;
  return (
    <div className="small quiet work-preview" role="status">
      {next.length === 0 ? null : (
        <>
          <p>{t('work.next')}:</p>
          <ol className="work-next">
            {next.map(({ startsAt, endsAt }) => (
              <li key={startsAt}>{spanOf(startsAt, endsAt, language, now)}</li>
            ))}
          </ol>
        </>
      )}
      <p>
        {t('work.covers', { count: firing })} {paging === 0 ? null : t('work.hides', { count: paging })}
      </p>
    </div>
  );
}
