/** The duty plan: exactly one focal person at every instant; who is on, who follows, who stands in. */
import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DutyAround, DutyPlan } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { Initials } from '../now/initials.tsx';
import '../now/now.css';
import { useAsked } from '../shell/asked.ts';
import { IconArrowsExchange, IconX } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { spanOf, When, zoneName } from '../shell/when.tsx';
import { serverNow, useInstant } from '../shell/clock.ts';
import './duty.css';
import { Absences, Calendars, HandOvers, Proof, Reach, Swaps } from './around.tsx';
import { DUTY_KEYS } from './keys.ts';
import { Lanes } from './lanes.tsx';
import { LevelsKept } from './levels-kept.tsx';
import '../incident/care.css';
import { OverrideDialog } from './override-dialog.tsx';
import { Shifts } from './shifts.tsx';

const DAY = 86_400_000;

export function DutyPage() {
  const { t } = useWords();
  const may = useMay();
  const [standingIn, setStandingIn] = useState(false);
  useAsked('duty.stand-in', may.act ? () => setStandingIn(true) : null);
  const query = useQuery({
    queryKey: ['duty'],
    queryFn: () => {
      const from = serverNow();
      return call<DutyPlan>('GET', pathOf('/ops/v1/duty', { from, to: from + 28 * DAY }));
    },
  });
  const more = useQuery({
    queryKey: ['duty-around'],
    queryFn: () => {
      const from = serverNow();
      return call<DutyAround>('GET', pathOf('/ops/v1/duty/around', { from, to: from + 28 * DAY }));
    },
  });
  return (
    <div className="page">
      <PageHead
        title={t('nav.duty')}
        words={t('duty.words')}
        side={
          may.act ? (
            <Button
              variant="default"
              leftSection={<IconArrowsExchange size={17} />}
              onClick={() => setStandingIn(true)}
            >
              {t('duty.standIn')}
            </Button>
          ) : null
        }
      />
      <Asked query={query} height={90}>
        {(plan) => (
          <>
            <OnDuty plan={plan} />
            {more.data === undefined ? null : (
              <Panel title={t('around.lanes')}>
                <Lanes plan={plan} around={more.data} />
              </Panel>
            )}
            <div className="two">
              <div>
                <Panel
                  title={t('duty.shifts')}
                  side={<span className="small quiet">{t('duty.zone', { zone: plan.zone })}</span>}
                >
                  <Shifts plan={plan} />
                </Panel>
                {more.data === undefined ? null : <Reach around={more.data} />}
                <LevelsKept />
              </div>
              <div>
                <Asked query={more} height={60}>
                  {(around) => (
                    <>
                      <HandOvers around={around} />
                      <Proof around={around} />
                    </>
                  )}
                </Asked>
                <Overrides plan={plan} />
                {more.data === undefined ? null : (
                  <>
                    <Swaps plan={plan} around={more.data} />
                    <Absences plan={plan} around={more.data} />
                    <Calendars around={more.data} />
                  </>
                )}
              </div>
            </div>
            {standingIn ? <OverrideDialog plan={plan} onClose={() => setStandingIn(false)} /> : null}
          </>
        )}
      </Asked>
    </div>
  );
}

function OnDuty({ plan }: { plan: DutyPlan }) {
  const { t } = useWords();
  const { now } = plan;
  const people = [
    { key: 'focal', person: now.focal },
    { key: 'deputy', person: now.deputy },
    { key: 'next', person: now.next },
  ] as const;
  return (
    <section className="panel duty-now" aria-label={t('duty.onDuty')}>
      {people.map(({ key, person }) =>
        person === null ? null : (
          <div key={key} className="duty-person">
            <Initials name={person.name} lit={key === 'focal'} />
            <div>
              <p className="small quiet">{t(`duty.part.${key}`)}</p>
              <p className={key === 'focal' ? 'duty-focal' : 'strong'}>{person.name}</p>
              <p className="small quiet">
                {key === 'focal' ? (
                  <>
                    {t('duty.until')} <When at={now.until} />
                  </>
                ) : key === 'next' ? (
                  <>
                    {t('duty.from')} <When at={now.until} show="absolute" />
                  </>
                ) : (
                  t('duty.deputyWords')
                )}
              </p>
            </div>
          </div>
        ),
      )}
    </section>
  );
}

function Overrides({ plan }: { plan: DutyPlan }) {
  const { t, language } = useWords();
  const may = useMay();
  const now = useInstant();
  const cancel = useVerb((id: string) => call('DELETE', `/ops/v1/duty/overrides/${id}`), {
    done: t('duty.cancelled'),
    refresh: DUTY_KEYS,
  });
  const nameOf = (id: string) => plan.people.find((each) => each.id === id)?.name ?? id;
  const current = plan.overrides.filter((each) => each.endsAt > now);
  return (
    <Panel title={t('duty.overrides')} flush>
      {current.length === 0 ? <Empty compact title={t('duty.noOverride')} /> : null}
      <ul className="list">
        {current.map((each) => (
          <li key={each.id} className="list-row override-row">
            <Initials name={nameOf(each.person)} />
            <div>
              <p className="strong">{nameOf(each.person)}</p>
              <p className="small" title={zoneName}>
                {spanOf(each.startsAt, each.endsAt, language, now)}
              </p>
              <p className="small quiet break">
                {each.reason} · {each.configured ? t('duty.configured') : each.createdBy}
              </p>
            </div>
            {may.act && !each.configured ? (
              <ActionIcon
                variant="subtle"
                color="ink"
                aria-label={t('duty.cancel', { name: nameOf(each.person) })}
                title={t('duty.cancel', { name: nameOf(each.person) })}
                onClick={() => cancel.run(each.id)}
              >
                <IconX size={16} />
              </ActionIcon>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
