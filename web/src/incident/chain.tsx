/** The chain as it runs: every step with its time and what came of it, every delivery under the step that made it. */
import type { ChainView, PageView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { IconCheck, IconClock, IconMinus } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { When } from '../shell/when.tsx';
import { Delivery } from './outgoing.tsx';

const ICONS = { done: IconCheck, waiting: IconClock, 'left-out': IconMinus };
const TONES = { running: 'lamp', accepted: 'minor', ended: 'ok', exhausted: 'critical' } as const;

export function ChainPanel({ chains, pages }: { chains: readonly ChainView[]; pages: readonly PageView[] }) {
  const { t } = useWords();
  const latest = chains.toSorted((a, b) => b.startedAt - a.startedAt);
  return (
    <Panel title={t('chain.title')} side={latest[0] === undefined ? null : <ChainPill chain={latest[0]} />}>
      {latest.length === 0 ? <p className="quiet">{t('chain.none')}</p> : null}
      {latest.map((chain) => (
        <div key={chain.id} className="chain">
          <p className="small quiet">
            {chain.chain}
            {chain.round < 2 ? '' : ` · ${t('chain.round', { round: chain.round })}`}
            {chain.nextActionAt === null ? null : (
              <>
                {' · '}
                {t('chain.next')} <When at={chain.nextActionAt} />
              </>
            )}
          </p>
          <ol>
            {chain.steps.map((step) => (
              <Step key={step.index} step={step} pages={pagesOf(step, chain, pages)} />
            ))}
          </ol>
        </div>
      ))}
    </Panel>
  );
}

function ChainPill({ chain }: { chain: ChainView }) {
  const { t } = useWords();
  return <Pill tone={TONES[chain.state]}>{t(`chain.state.${chain.state}`)}</Pill>;
}

/** A page belongs to the last page step that was due when it was made. */
function pagesOf(step: ChainView['steps'][number], chain: ChainView, pages: readonly PageView[]): PageView[] {
  if (step.do !== 'page' || step.state !== 'done') return [];
  const dues = chain.steps.filter((each) => each.do === 'page').map((each) => each.dueAt);
  return pages.filter((page) => {
    // Reminders and the like come from no step.
    if (page.purpose !== 'page') return false;
    const owner = dues.filter((due) => due <= page.createdAt + 1_000).at(-1);
    return owner === step.dueAt;
  });
}

function Step({ step, pages }: { step: ChainView['steps'][number]; pages: readonly PageView[] }) {
  const { t } = useWords();
  const Icon = ICONS[step.state];
  return (
    <li className={`step ${step.state}`}>
      <span className="step-mark" aria-hidden>
        <Icon size={14} stroke={2.4} />
      </span>
      <div>
        <p>
          <span className="step-title sentence">{step.title}</span>
          <span className="small quiet step-when">
            <span className="hidden-words">{t(`chain.step.${step.state}`)}</span>{' '}
            {step.state === 'left-out' ? (
              t('chain.step.left-out')
            ) : (
              <When at={step.dueAt} show={step.state === 'done' ? 'absolute' : 'relative'} />
            )}
          </span>
        </p>
        {pages.length === 0 ? null : (
          <ul className="deliveries">
            {pages.map((page) => (
              <Delivery key={page.id} page={page} />
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
