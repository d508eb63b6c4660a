/** How agreed levels of service were kept in the last months: all incidents, and each function that was hurt. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@mantine/core';
import type { SlaReport } from '../api-types.ts';
import { call } from '../access/call.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { lengthOf } from '../shell/when.tsx';

type Row = SlaReport['rows'][number];

export function LevelsKept() {
  const { t } = useWords();
  const [byFunction, setByFunction] = useState(false);
  const query = useQuery({ queryKey: ['sla'], queryFn: () => call<SlaReport>('GET', '/ops/v1/sla') });
  const side = (
    <Button size="xs" variant="subtle" aria-pressed={byFunction} onClick={() => setByFunction(!byFunction)}>
      {t(byFunction ? 'care.kept.all' : 'care.kept.byFunction')}
    </Button>
  );
  return (
    <Panel title={t('care.kept.title')} side={side} flush>
      <Asked query={query} height={60}>
        {({ rows }) => {
          const shown = rows.filter(({ functionName }) => (functionName === '*') !== byFunction).toReversed();
          return shown.length === 0 ? (
            <Empty compact title={t('care.kept.none')} />
          ) : (
            <ul className="list">
              {shown.map((row) => (
                <Kept key={[row.month, row.severity, row.functionName, row.kind].join()} row={row} />
              ))}
            </ul>
          );
        }}
      </Asked>
    </Panel>
  );
}

function Kept({ row }: { row: Row }) {
  const { t, language } = useWords();
  const { functionTitle } = useNames();
  const { month, severity, functionName, kind, kept, broken, running, share, longest } = row;
  const locale = localeOf(language);
  const when = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <li className="list-row kept-row">
      <div>
        <p className="strong">
          {t(`care.clock.${kind}`)} · {t(`severity.${severity}`)}
          {functionName === '*' ? '' : ` · ${functionTitle(functionName)}`}
        </p>
        <p className="small quiet">
          {when} · {t('care.kept.counts', { kept, broken })}
          {running === 0 ? '' : ` · ${t('care.kept.running', { count: running })}`}
          {longest === null ? '' : ` · ${t('care.kept.longest', { near: lengthOf(longest, language) })}`}
        </p>
      </div>
      <b className={`number ${broken > 0 ? 'care-late' : ''}`}>{share === null ? '–' : percent.format(share)}</b>
    </li>
  );
}
