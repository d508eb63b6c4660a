/** Rules: everything that is evaluated, its state, and how its last runs went. */
import { SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RuleGroupView, RuleList, RuleView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { IconListCheck, IconSearch } from '../shell/icon.ts';
import { useParam, useTextParam } from '../shell/param.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { lengthOf, When } from '../shell/when.tsx';
import './metric.css';

const HEALTH: Record<RuleView['health'], Tone> = { ok: 'ok', err: 'critical', unknown: 'unknown' };
const STATE = { inactive: 'ok', pending: 'lamp', firing: 'critical' } as const;

export function RulesPage() {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['rules', 'list'],
    queryFn: () => call<RuleList>('GET', '/ops/v1/rules'),
    refetchInterval: 15_000,
  });
  return (
    <div className="page">
      <PageHead title={t('nav.rules')} words={t('rules.words')} />
      <Asked query={query} height={90}>
        {({ groups, watermarks, indicators }) =>
          groups.length + watermarks.length + indicators.length === 0 ? (
            <div className="panel">
              <Empty title={t('rules.none')} words={t('rules.noneWords')} icon={<IconListCheck size={22} />} />
            </div>
          ) : (
            <All groups={groups} watermarks={watermarks} indicators={indicators} />
          )
        }
      </Asked>
    </div>
  );
}

const SHOWN = {
  all: () => true,
  active: (rule: RuleView) => rule.state === 'firing' || rule.state === 'pending',
  failing: (rule: RuleView) => rule.health === 'err',
} as const;
type Shown = keyof typeof SHOWN;

function All({ groups, watermarks, indicators }: Pick<RuleList, 'groups' | 'watermarks' | 'indicators'>) {
  const { t } = useWords();
  const [shown, setShown] = useParam<Shown>('show', 'all', Object.keys(SHOWN) as Shown[]);
  const [text, setText] = useTextParam('text');
  const word = text.trim().toLowerCase();
  const all = [...groups.flatMap(({ rules }) => rules), ...watermarks, ...indicators];
  const fit = (rules: readonly RuleView[]) =>
    rules.filter(
      (rule) => SHOWN[shown](rule) && `${rule.title} ${rule.name} ${rule.expr}`.toLowerCase().includes(word),
    );
  return (
    <>
      <div className="filter-bar">
        <SegmentedControl
          aria-label={t('rules.filter')}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={(Object.keys(SHOWN) as Shown[]).map((value) => ({
            value,
            label: t(`rules.show.${value}`, { count: all.filter(SHOWN[value]).length }),
          }))}
        />
        <TextInput
          className="grow"
          aria-label={t('rules.find')}
          placeholder={t('rules.find')}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {fit(all).length === 0 ? (
        <div className="panel">
          <Empty title={t('rules.noMatch')} words={t('rules.noMatchWords')} icon={<IconListCheck size={22} />} />
        </div>
      ) : null}
      {groups.map((group) => (
        <Group key={`${group.file} ${group.name}`} group={group} rules={fit(group.rules)} />
      ))}
      <Others title={t('rules.watermarks')} rules={fit(watermarks)} />
      <Others title={t('rules.indicators')} rules={fit(indicators)} />
    </>
  );
}

function Group({ group, rules }: { group: RuleGroupView; rules: readonly RuleView[] }) {
  if (rules.length === 0) return null;
  return (
    <Panel title={group.name} count={rules.length} side={<Pace group={group} />} flush>
      <Rules rules={rules} />
    </Panel>
  );
}

function Others({ title, rules }: { title: string; rules: readonly RuleView[] }) {
  if (rules.length === 0) return null;
  return (
    <Panel title={title} count={rules.length} flush>
      <Rules rules={rules} />
    </Panel>
  );
}

function shortOf(ms: number, language: string): string {
  return ms < 1000 ? `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms` : lengthOf(ms, language);
}

function Pace({ group }: { group: RuleGroupView }) {
  const { t, language } = useWords();
  return (
    <span className="small quiet">
      {t('rules.every', { interval: lengthOf(group.interval, language) })}
      {group.at === null ? null : (
        <>
          {` · ${t('rules.last')} `}
          <When at={group.at} show="relative" />
        </>
      )}
      {group.ms === null ? '' : ` · ${t('rules.took', { length: shortOf(group.ms, language) })}`}
      {group.missed === 0 ? '' : ` · ${t('rules.missed', { count: group.missed })}`}
    </span>
  );
}

function Rules({ rules }: { rules: readonly RuleView[] }) {
  return (
    <ul className="list">
      {rules.map((rule, index) => (
        <li key={`${rule.name} ${String(index)}`} className="list-row">
          <Rule rule={rule} />
        </li>
      ))}
    </ul>
  );
}

function Rule({ rule }: { rule: RuleView }) {
  const { t, language } = useWords();
  const error = rule.health === 'err' ? (rule.runs[0]?.error ?? null) : null;
  return (
    <>
      <div className="row">
        <span className="strong break">{rule.title === '' ? rule.name : rule.title}</span>
        {rule.state === null || (rule.state === 'inactive' && rule.health === 'err') ? null : (
          <Pill tone={STATE[rule.state]}>{t(`rules.state.${rule.state}`)}</Pill>
        )}
        {rule.health === 'ok' ? null : <Pill tone={HEALTH[rule.health]}>{t(`rules.health.${rule.health}`)}</Pill>}
        <span className="small quiet">
          {[
            rule.for > 0 ? t('rules.for', { length: lengthOf(rule.for, language) }) : '',
            rule.alerts.length > 0 ? t('rules.alerts', { count: rule.alerts.length }) : '',
          ]
            .filter((each) => each !== '')
            .join(' · ')}
        </span>
      </div>
      <p className="rule-expr">
        <code className="mono break">{rule.expr}</code>{' '}
        <Link
          to="/explore"
          search={{ q: [rule.expr] }}
          className="small"
          aria-label={`${t('rules.explore')}: ${rule.name}`}
        >
          {t('rules.explore')}
        </Link>
      </p>
      {error === null ? null : <p className="rule-error small break">{error}</p>}
      <details className="small">
        <summary>{t('rules.runs')}</summary>
        <Runs rule={rule} />
      </details>
    </>
  );
}

function Runs({ rule }: { rule: RuleView }) {
  const { t, language } = useWords();
  if (rule.runs.length === 0) return <p className="quiet">{t('rules.noRuns')}</p>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={`${t('rules.runs')}: ${rule.name}`}>
      <table className="table stacks">
        <thead>
          <tr>
            <th scope="col">{t('rules.at')}</th>
            <th scope="col" className="right">
              {t('rules.ms')}
            </th>
            <th scope="col" className="right">
              {t('rules.samples')}
            </th>
            <th scope="col">{t('rules.error')}</th>
          </tr>
        </thead>
        <tbody>
          {rule.runs.map((run) => (
            <tr key={run.at}>
              <td className="number">
                <When at={run.at} show="absolute" seconds />
              </td>
              <td data-label={t('rules.ms')} className="number right">
                {shortOf(run.ms, language)}
              </td>
              <td data-label={t('rules.samples')} className="number right">
                {run.samples}
              </td>
              <td data-label={t('rules.error')} className="break">
                {run.error ?? '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
