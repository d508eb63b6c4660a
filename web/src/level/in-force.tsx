/** Definitions that were activated and are in force besides the configuration. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DefinitionList, DefinitionView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import './level.css';

interface InForceProps {
  readonly may: boolean;
  /** Only what this improvement put in force. */
  readonly improvementId?: string;
}

export function InForce({ may, improvementId }: InForceProps) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['definitions'],
    queryFn: () => call<DefinitionList>('GET', '/ops/v1/definitions'),
  });
  const all = query.data?.items ?? [];
  const items = improvementId === undefined ? all : all.filter((each) => each.improvementId === improvementId);
  if (items.length === 0) return null;
  return (
    <Panel title={t('backtest.inForce')} count={items.length} flush>
      <p className="quiet small panel-body">{t('backtest.inForceWords')}</p>
      <ul className="list">
        {items.map((each) => (
          <Activated key={each.id} definition={each} may={may} />
        ))}
      </ul>
    </Panel>
  );
}

function Activated({ definition, may }: { definition: DefinitionView; may: boolean }) {
  const { t } = useWords();
  const { id, version, rule, kind, reason, activatedAt, activatedBy } = definition;
  const withdraw = useVerb(
    () => call('POST', `/ops/v1/definitions/${id}/withdraw`, { version, reason: t('backtest.withdraw') }),
    { done: t('backtest.withdrawn'), refresh: ['definitions', 'rules', 'indicators'] },
  );
  return (
    <li className="list-row given-row">
      <span>
        <span className="strong">{rule}</span> <span className="quiet">{t(`backtest.kind.${kind}`)}</span>
        <span className="small quiet level-words">
          <When at={activatedAt} /> · {t('backtest.byAt', { name: activatedBy })} · {reason}
        </span>
      </span>
      <Pill tone="ok">{t('given.inForce')}</Pill>
      {may ? (
        <Button
          variant="subtle"
          size="xs"
          loading={withdraw.pending}
          onClick={() => withdraw.run(undefined)}
          aria-label={`${t('backtest.withdraw')}: ${rule}`}
        >
          {t('backtest.withdraw')}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}
