/** Explore: queries in PromQL over a range or at an instant, as lines and as a table; the address holds them. */
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useWords } from '../language/index.ts';
import { IconPlayerPlay, IconPlus, IconTelescope, IconX } from '../shell/icon.ts';
import { PageHead } from '../shell/panel.tsx';
import { Empty } from '../shell/state.tsx';
import { Editor } from './editor.tsx';
import { MOST_QUERIES, RANGES, type ExploreSearch } from './explore-search.ts';
import { ExploreResult } from './explore-result.tsx';
import './metric.css';
import { ask } from './prometheus.ts';

const MODES = ['range', 'instant'] as const;
const NONE: string[] = [];

export function ExplorePage() {
  const { t } = useWords();
  const search = useSearch({ from: '/explore' });
  const navigate = useNavigate();
  const asked = search.q ?? NONE;
  const mode = search.mode ?? 'range';
  const range = search.range ?? '1h';
  const [texts, setTexts] = useState<string[]>(asked.length === 0 ? [''] : asked);
  useEffect(() => setTexts(asked.length === 0 ? [''] : asked), [asked]);
  const results = useQueries({
    queries: asked.map((query) => ({
      queryKey: ['explore', query, mode, range],
      queryFn: () => ask(query, mode === 'instant' ? null : (RANGES[range] ?? 3_600_000)),
      placeholderData: keepPreviousData,
      retry: false,
    })),
  });
  const go = (change: ExploreSearch) => void navigate({ to: '/explore', search: { ...search, ...change } });
  const run = () => {
    const q = texts.map((each) => each.trim()).filter((each) => each !== '');
    const isSame = q.length === asked.length && q.every((each, index) => each === asked[index]);
    if (isSame) for (const result of results) void result.refetch();
    else go({ q });
  };
  const change = (index: number, text: string) => setTexts((old) => old.with(index, text));
  return (
    <div className="page">
      <PageHead title={t('nav.explore')} words={t('explore.words')} />
      <section className="panel panel-body stack explore-form" aria-label={t('nav.explore')}>
        {texts.map((text, index) => (
          <div key={index} className="explore-query">
            <Editor
              value={text}
              label={t('explore.query', { number: index + 1 })}
              onChange={(value) => change(index, value)}
              onRun={run}
            />
            {texts.length === 1 ? null : (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t('explore.drop', { number: index + 1 })}
                onClick={() => setTexts((old) => old.toSpliced(index, 1))}
              >
                <IconX size={17} />
              </ActionIcon>
            )}
          </div>
        ))}
        <div className="row">
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            onClick={run}
            loading={results.some((each) => each.isFetching)}
          >
            {t('explore.run')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            disabled={texts.length >= MOST_QUERIES}
            onClick={() => setTexts((old) => [...old, ''])}
          >
            {t('explore.add')}
          </Button>
          <span className="small quiet">{t('explore.key')}</span>
          <span className="explore-range">
            <SegmentedControl
              aria-label={t('explore.mode')}
              data={MODES.map((value) => ({ value, label: t(`explore.modes.${value}`) }))}
              value={mode}
              onChange={(value) => {
                const { mode: _, ...rest } = search;
                void navigate({ to: '/explore', search: value === 'instant' ? { ...rest, mode: 'instant' } : rest });
              }}
            />
            {mode === 'instant' ? null : (
              <SegmentedControl
                aria-label={t('explore.range')}
                data={Object.keys(RANGES).map((key) => ({ value: key, label: t(`explore.ranges.${key as '1h'}`) }))}
                value={range}
                onChange={(value) => go({ range: value })}
              />
            )}
          </span>
        </div>
      </section>
      {asked.length === 0 ? (
        <div className="panel">
          <Empty title={t('explore.empty')} words={t('explore.emptyWords')} icon={<IconTelescope size={22} />} />
        </div>
      ) : (
        <ExploreResult results={results} withChart={mode === 'range'} />
      )}
    </div>
  );
}
