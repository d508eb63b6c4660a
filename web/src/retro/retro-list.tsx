/** What was learned, incident by incident. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RetroList, RetroView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { IconPencil, IconCircleCheck, IconUsers } from '../shell/icon.ts';
import { PageHead } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { lengthOf, When } from '../shell/when.tsx';
import './retro.css';

const STATES = {
  draft: { tone: 'lamp', icon: IconPencil },
  held: { tone: 'minor', icon: IconUsers },
  closed: { tone: 'ok', icon: IconCircleCheck },
} as const;

export function RetroStatePill({ state }: { state: RetroView['state'] }) {
  const { t } = useWords();
  const { tone, icon: Icon } = STATES[state];
  return (
    <Pill tone={tone} icon={<Icon size={14} />}>
      {t(`retroState.${state}`)}
    </Pill>
  );
}

export function RetroListPage() {
  const { t, language } = useWords();
  const query = useQuery({ queryKey: ['retros'], queryFn: () => call<RetroList>('GET', '/ops/v1/retros') });
  const took = (from: number, to: number | null) => (to === null ? '–' : lengthOf(to - from, language));
  return (
    <div className="page">
      <PageHead title={t('nav.retros')} words={t('retro.words')} />
      <div className="panel">
        <Asked query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('retro.none')} words={t('retro.noneWords')} />
            ) : (
              <ul className="list">
                {items.map((retro) => (
                  <li key={retro.id}>
                    <Link to="/retros/$id" params={{ id: retro.id }} className="list-row retro-row">
                      <span>
                        <span className="strong break">{retro.title}</span>
                        <span className="row small quiet">
                          <span className="number">{t('retro.incident', { number: retro.incidentNumber })}</span>
                          <When at={retro.facts.startedAt} show="absolute" />
                        </span>
                      </span>
                      <dl className="retro-figures">
                        <div>
                          <dt>{t('retro.toAccept')}</dt>
                          <dd>{took(retro.facts.startedAt, retro.facts.acceptedAt)}</dd>
                        </div>
                        <div>
                          <dt>{t('retro.toWord')}</dt>
                          <dd>{took(retro.facts.startedAt, retro.facts.firstMemberNoticeAt)}</dd>
                        </div>
                        <div>
                          <dt>{t('retro.toRecover')}</dt>
                          <dd>{took(retro.facts.startedAt, retro.facts.recoveredAt)}</dd>
                        </div>
                      </dl>
                      <RetroStatePill state={retro.state} />
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </div>
    </div>
  );
}
