/** An improvement as a row, with what its proof says. */
import { Link } from '@tanstack/react-router';
import type { ImprovementView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { IconBulb, IconCircleCheck, IconFlask, IconX } from '../shell/icon.ts';
import { Pill } from '../shell/pill.tsx';
import './improvement.css';

const STATES = {
  proposed: { tone: 'lamp', icon: IconBulb },
  proved: { tone: 'minor', icon: IconFlask },
  adopted: { tone: 'ok', icon: IconCircleCheck },
  rejected: { tone: 'unknown', icon: IconX },
} as const;

export function ImprovementStatePill({ state }: { state: ImprovementView['state'] }) {
  const { t } = useWords();
  const { tone, icon: Icon } = STATES[state];
  return (
    <Pill tone={tone} icon={<Icon size={14} />}>
      {t(`improvementState.${state}`)}
    </Pill>
  );
}

export function ImprovementRow({ improvement, narrow = false }: { improvement: ImprovementView; narrow?: boolean }) {
  const { t } = useWords();
  return (
    <Link
      to="/improvements/$id"
      params={{ id: improvement.id }}
      className={narrow ? 'list-row' : 'list-row improvement-row'}
    >
      <span>
        <span className="strong break">{improvement.title}</span>
        <span className="row small quiet">
          <span className="number">#{improvement.number}</span>
          {improvement.change === null ? null : (
            <span className="break">{t('improvement.changes', { rule: improvement.change.rule })}</span>
          )}
          <span>{improvement.owner ?? t('ticket.nobody')}</span>
        </span>
        {improvement.proof === null ? null : (
          <span className="small proof-line sentence">{improvement.proof.verdict}</span>
        )}
      </span>
      <span>
        <ImprovementStatePill state={improvement.state} />
      </span>
    </Link>
  );
}
