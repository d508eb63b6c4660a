/** Improvements: proposed, proved, decided. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImprovementList, ImprovementView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { useAsked } from '../shell/asked.ts';
import { IconPlus } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { ImprovementRow } from './improvement-row.tsx';
import { NewImprovementDialog } from './new-improvement-dialog.tsx';

const GROUPS: readonly { key: 'toDecide' | 'decided'; states: readonly ImprovementView['state'][] }[] = [
  { key: 'toDecide', states: ['proposed', 'proved'] },
  { key: 'decided', states: ['adopted', 'rejected'] },
];

export function ImprovementListPage() {
  const { t } = useWords();
  const may = useMay();
  const [proposing, setProposing] = useState(false);
  useAsked('improvement.propose', may.act ? () => setProposing(true) : null);
  const query = useQuery({
    queryKey: ['improvements'],
    queryFn: () => call<ImprovementList>('GET', '/ops/v1/improvements'),
  });
  return (
    <div className="page">
      <PageHead
        title={t('nav.improvements')}
        words={t('improvement.words')}
        side={
          may.act ? (
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setProposing(true)}>
              {t('improvement.propose')}
            </Button>
          ) : null
        }
      />
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="panel">
              <Empty title={t('improvement.none')} words={t('improvement.noneWords')} />
            </div>
          ) : (
            GROUPS.map(({ key, states }) => {
              const group = items.filter((each) => states.includes(each.state));
              return (
                <Panel key={key} title={t(`improvement.group.${key}`)} count={group.length} flush>
                  {group.length === 0 ? <Empty compact title={t(`improvement.empty.${key}`)} /> : null}
                  <ul className="list">
                    {group.map((each) => (
                      <li key={each.id}>
                        <ImprovementRow improvement={each} />
                      </li>
                    ))}
                  </ul>
                </Panel>
              );
            })
          )
        }
      </Asked>
      {proposing ? <NewImprovementDialog retroId={null} incidentId={null} onClose={() => setProposing(false)} /> : null}
    </div>
  );
}
