/** Announced work: what runs and comes, what recurs, and what was. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MaintenanceList } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { matcherText } from '../alert/quiet-list.tsx';
import { localeOf, useWords } from '../language/index.ts';
import { useAsked } from '../shell/asked.ts';
import { useInstant } from '../shell/clock.ts';
import { IconPlus } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { lengthOf, spanOf, When } from '../shell/when.tsx';
import { ruleWords } from './rule.ts';
import { WorkDialog, type Edited } from './work-dialog.tsx';
import '../alert/alert.css';
import './maintenance.css';

type Window = MaintenanceList['items'][number];
type Plan = MaintenanceList['plans'][number];
type Choices = MaintenanceList['choices'];

const KEYS = ['maintenance', 'alerts', 'now'] as const;
const TONES = { pending: 'minor', active: 'major', expired: 'unknown' } as const;

export function MaintenancePage() {
  const { t } = useWords();
  const may = useMay();
  const [edited, setEdited] = useState<Edited | null>(null);
  useAsked('work.announce', may.act ? () => setEdited({ kind: 'new' }) : null);
  const query = useQuery({
    queryKey: ['maintenance'],
    queryFn: () => call<MaintenanceList>('GET', '/ops/v1/maintenance'),
  });
  return (
    <div className="page">
      <PageHead
        title={t('nav.maintenance')}
        words={t('work.words')}
        side={
          <>
            <Button variant="default" component="a" href="/status/maintenance.ics" download="maintenance.ics">
              {t('work.calendar')}
            </Button>
            {may.act ? (
              <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited({ kind: 'new' })}>
                {t('work.announce')}
              </Button>
            ) : null}
          </>
        }
      />
      <Asked query={query}>
        {({ items, plans, choices }) => {
          const current = items.filter(({ state }) => state !== 'expired').toSorted((a, b) => a.startsAt - b.startsAt);
          const past = items.filter(({ state }) => state === 'expired').toSorted((a, b) => b.endsAt - a.endsAt);
          const edit = may.act ? setEdited : null;
          return (
            <>
              <Panel title={t('work.now')} count={current.length} flush>
                {current.length === 0 ? (
                  <Empty title={t('work.none')} words={t('work.noneWords')} />
                ) : (
                  <ul className="list">
                    {current.map((each) => (
                      <OneWindow key={each.id} window={each} choices={choices} edit={edit} />
                    ))}
                  </ul>
                )}
              </Panel>
              <Panel title={t('work.recurring')} count={plans.length} flush>
                {plans.length === 0 ? <Empty compact title={t('work.noPlans')} /> : null}
                <ul className="list">
                  {plans.map((each) => (
                    <OnePlan key={each.id} plan={each} choices={choices} edit={edit} />
                  ))}
                </ul>
              </Panel>
              {past.length === 0 ? null : (
                <Panel title={t('work.past')} count={past.length} flush>
                  <ul className="list">
                    {past.map((each) => (
                      <OneWindow key={each.id} window={each} choices={choices} edit={null} />
                    ))}
                  </ul>
                </Panel>
              )}
              {edited === null ? null : (
                <WorkDialog edited={edited} choices={choices} onClose={() => setEdited(null)} />
              )}
            </>
          );
        }}
      </Asked>
    </div>
  );
}

interface WindowProps {
  window: Window;
  choices: Choices;
  edit: ((edited: Edited) => void) | null;
}

function OneWindow({ window, choices, edit }: WindowProps) {
  const { t, language } = useWords();
  const now = useInstant();
  const end = useVerb(() => call('DELETE', `/ops/v1/maintenance/${window.id}`), {
    done: t('work.ended'),
    refresh: KEYS,
  });
  const pending = window.state === 'pending';
  return (
    <li className="list-row observation-row work-row">
      <div>
        <p className="row">
          <span className="strong break">{window.title}</span>
          <Pill tone={TONES[window.state]}>{t(`work.state.${window.state}`)}</Pill>
          {window.planId === null ? null : <span className="label">{t('work.recurs')}</span>}
          {window.announced ? <span className="label">{t('work.forMembers')}</span> : null}
        </p>
        <Scope terms={window} choices={choices} />
        <p className="small quiet">
          {spanOf(window.startsAt, window.endsAt, language, now)} ·{' '}
          {window.state === 'expired' ? null : (
            <>
              <When at={pending ? window.startsAt : window.endsAt} show="relative" /> ·{' '}
            </>
          )}
          {t('work.by', { name: window.createdBy })}
          <Notice terms={window} choices={choices} />
        </p>
      </div>
      {edit === null ? null : (
        <Verbs
          title={window.title}
          onEdit={() => edit({ kind: 'window', window })}
          end={t(pending ? 'work.callOff' : 'work.end')}
          pending={end.pending}
          onEnd={() => end.run(undefined)}
        />
      )}
    </li>
  );
}

function OnePlan({ plan, choices, edit }: { plan: Plan } & Omit<WindowProps, 'window'>) {
  const { t, language } = useWords();
  const now = useInstant();
  const end = useVerb(() => call('DELETE', `/ops/v1/maintenance/plans/${plan.id}`), {
    done: t('work.planEnded'),
    refresh: KEYS,
  });
  return (
    <li className="list-row observation-row work-row">
      <div>
        <p className="row">
          <span className="strong break">{plan.title}</span>
          {plan.announced ? <span className="label">{t('work.forMembers')}</span> : null}
        </p>
        <p>
          {ruleWords(plan.rule, plan.starts, t, localeOf(language))}, {lengthOf(plan.duration, language)}{' '}
          <span className="quiet small">{plan.zone}</span>
        </p>
        <Scope terms={plan} choices={choices} />
        <p className="small quiet">
          {t('work.by', { name: plan.createdBy })}
          <Notice terms={plan} choices={choices} />
        </p>
        <ol className="work-next small" aria-label={t('work.next')}>
          {plan.next.map(({ startsAt, endsAt }) => (
            <li key={startsAt}>{spanOf(startsAt, endsAt, language, now)}</li>
          ))}
        </ol>
      </div>
      {edit === null ? null : (
        <Verbs
          title={plan.title}
          onEdit={() => edit({ kind: 'plan', plan })}
          end={t('work.endPlan')}
          pending={end.pending}
          onEnd={() => end.run(undefined)}
        />
      )}
    </li>
  );
}

interface VerbsProps {
  title: string;
  onEdit: () => void;
  end: string;
  pending: boolean;
  onEnd: () => void;
}

function Verbs({ title, onEdit, end, pending, onEnd }: VerbsProps) {
  const { t } = useWords();
  return (
    <span className="row">
      <Button variant="default" size="xs" aria-label={`${t('work.edit')}: ${title}`} onClick={onEdit}>
        {t('work.edit')}
      </Button>
      <Button variant="default" size="xs" aria-label={`${end}: ${title}`} loading={pending} onClick={onEnd}>
        {end}
      </Button>
    </span>
  );
}

type Terms = Pick<Window, 'matchers' | 'places' | 'notice' | 'tell'>;

function Scope({ terms, choices }: { terms: Terms; choices: Choices }) {
  const title = (list: Choices['tell'], name: string) => list.find((one) => one.name === name)?.title ?? name;
  return (
    <p className="row small">
      {terms.places.functions.map((name) => (
        <span key={name} className="label">
          {title(choices.functions, name)}
        </span>
      ))}
      {terms.places.components.map((name) => (
        <span key={name} className="label">
          {title(choices.components, name)}
        </span>
      ))}
      {terms.matchers.map((matcher) => (
        <span key={matcherText(matcher)} className="label mono">
          {matcherText(matcher)}
        </span>
      ))}
    </p>
  );
}

function Notice({ terms: { notice, tell }, choices }: { terms: Terms; choices: Choices }) {
  const { t, language } = useWords();
  if (notice === null) return null;
  const names = tell.map((name) => choices.tell.find((one) => one.name === name)?.title ?? name).join(', ');
  return (
    <>
      {' '}
      · {t('work.told', { near: lengthOf(notice, language) })}
      {names === '' ? null : `, ${t('work.alsoTold', { names })}`}
    </>
  );
}
