/** What happened tonight, in five seconds: the last 24 hours as figures, for whoever comes in the morning. */
import { useQuery } from '@tanstack/react-query';
import type { IncidentPage, IncidentView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { Panel } from '../shell/panel.tsx';
import { lengthOf } from '../shell/when.tsx';

const DAY = 24 * 3_600_000;

export function LastDay() {
  const { t, language } = useWords();
  const now = useInstant();
  const query = useQuery({
    queryKey: ['incidents', 'day'],
    queryFn: () => call<IncidentPage>('GET', '/ops/v1/incidents?limit=100'),
  });
  if (query.data === undefined) return null;
  const from = now - DAY;
  const mine = query.data.items.filter(
    ({ state, resolvedAt }) => state !== 'merged' && (resolvedAt === null || resolvedAt > from),
  );
  const taken = mine.flatMap(({ openedAt, acceptedAt }) => (acceptedAt === null ? [] : [acceptedAt - openedAt]));
  const facts = [
    ['count', String(mine.length)],
    ['critical', String(mine.filter(({ severity }) => severity === 'critical').length)],
    ['disturbed', mine.length === 0 ? '–' : lengthOf(together(mine, from, now), language)],
    ['taken', taken.length === 0 ? '–' : lengthOf(Math.max(...taken), language)],
    ['open', String(mine.filter(({ resolvedAt }) => resolvedAt === null).length)],
  ] as const;
  return (
    <Panel title={t('incident.day.title')}>
      <dl className="day-facts">
        {facts.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`incident.day.${key}`)}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

/** How long at least one of them lasted within the time, milliseconds: what overlaps counts once. */
function together(incidents: readonly IncidentView[], from: number, to: number): number {
  let sum = 0;
  let end = from;
  for (const each of incidents.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const until = Math.min(to, each.resolvedAt ?? to);
    sum += Math.max(0, until - Math.max(end, each.startedAt));
    end = Math.max(end, until);
  }
  return sum;
}
