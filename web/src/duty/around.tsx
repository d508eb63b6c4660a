/** Around the duty plan: the proof, hand-overs, swaps, absences, who is reached how, calendar addresses. */
import { ActionIcon, Button, CopyButton } from '@mantine/core';
import { useState } from 'react';
import type { DutyAround, DutyPlan } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { ChannelIcon } from '../incident/channel.tsx';
import { useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { IconPlus, IconX } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Empty } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { spanOf, When } from '../shell/when.tsx';
import { AbsenceDialog, SwapDialog } from './change-dialogs.tsx';
import { DUTY_KEYS } from './keys.ts';

interface Props {
  readonly plan: DutyPlan;
  readonly around: DutyAround;
}

export function Proof({ around }: Pick<Props, 'around'>) {
  const { t } = useWords();
  const grave = around.findings.filter(({ kind }) => kind === 'nobody' || kind === 'two-people');
  return (
    <Panel
      title={t('around.proof')}
      side={
        <Pill tone={grave.length > 0 ? 'critical' : 'ok'}>
          {t(grave.length > 0 ? 'around.notProved' : 'around.proved')}
        </Pill>
      }
    >
      <p className="small quiet">
        {t('around.provedUntil')} <When at={around.provedUntil} show="absolute" />
      </p>
      <ul className="stack findings">
        {around.findings.map((finding) => (
          <li key={finding.kind + finding.words} className="row" style={{ alignItems: 'baseline' }}>
            <Pill tone={finding.kind === 'nobody' || finding.kind === 'unreachable' ? 'critical' : 'minor'}>
              {t(`around.finding.${finding.kind}`)}
            </Pill>
            <span className="small" style={{ flex: 1 }}>
              {finding.words}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function HandOvers({ around }: Pick<Props, 'around'>) {
  const { t } = useWords();
  const accept = useVerb((id: string) => call('POST', `/ops/v1/duty/hand-overs/${id}/accept`, {}), {
    done: t('around.taken'),
    refresh: DUTY_KEYS,
  });
  if (!around.handsOver) return null;
  const tones = { asked: 'minor', accepted: 'ok', missed: 'critical' } as const;
  return (
    <Panel title={t('around.handOvers')} flush>
      {around.handovers.length === 0 ? <Empty compact title={t('around.noHandOver')} /> : null}
      <ul className="list">
        {around.handovers.slice(0, 4).map((one) => (
          <li key={one.id} className="list-row">
            <div className="row" style={{ justifyContent: 'space-between' }}>
              <span className="strong">{t('around.fromTo', { from: one.from.name, to: one.to.name })}</span>
              <Pill tone={tones[one.state]}>{t(`around.state.${one.state}`)}</Pill>
            </div>
            <p className="small quiet">
              <When at={one.at} show="absolute" />
              {one.deputyStandsIn ? ` · ${t('around.deputyStandsIn')}` : ''}
            </p>
            <details className="small">
              <summary>{t('around.brief')}</summary>
              <p className="prose" style={{ whiteSpace: 'pre-line' }}>
                {one.brief}
              </p>
            </details>
            {one.state !== 'accepted' && around.me === one.to.id ? (
              <div>
                <Button size="xs" loading={accept.pending} onClick={() => accept.run(one.id)}>
                  {t('around.takeOver')}
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Swaps({ plan, around }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const now = useInstant();
  const [asking, setAsking] = useState(false);
  const answer = useVerb(
    ({ id, how }: { id: string; how: string }) => call('POST', `/ops/v1/duty/swaps/${id}/answer`, { answer: how }),
    { done: t('around.answered'), refresh: DUTY_KEYS },
  );
  const tones = { asked: 'minor', accepted: 'ok', declined: 'unknown', withdrawn: 'unknown' } as const;
  return (
    <Panel
      title={t('around.swaps')}
      flush
      side={
        may.act && around.me !== null ? (
          <Button variant="default" size="xs" leftSection={<IconPlus size={15} />} onClick={() => setAsking(true)}>
            {t('around.askSwap')}
          </Button>
        ) : null
      }
    >
      {around.swaps.length === 0 ? <Empty compact title={t('around.noSwap')} /> : null}
      <ul className="list">
        {around.swaps.slice(0, 8).map((swap) => (
          <li key={swap.id} className="list-row">
            <div className="row" style={{ justifyContent: 'space-between' }}>
              <span className="strong">{t('around.fromTo', { from: swap.asker.name, to: swap.other.name })}</span>
              <Pill tone={tones[swap.state]}>{t(`around.swap.${swap.state}`)}</Pill>
            </div>
            <p className="small">{spanOf(swap.startsAt, swap.endsAt, language, now)}</p>
            {swap.backStartsAt === null || swap.backEndsAt === null ? null : (
              <p className="small">
                {t('around.inReturn')} {spanOf(swap.backStartsAt, swap.backEndsAt, language, now)}
              </p>
            )}
            {swap.reason === '' ? null : <p className="small quiet break">{swap.reason}</p>}
            {swap.state === 'asked' && around.me === swap.other.id ? (
              <div className="row">
                <Button size="xs" onClick={() => answer.run({ id: swap.id, how: 'accepted' })}>
                  {t('around.accept')}
                </Button>
                <Button size="xs" variant="default" onClick={() => answer.run({ id: swap.id, how: 'declined' })}>
                  {t('around.decline')}
                </Button>
              </div>
            ) : null}
            {swap.state === 'asked' && around.me === swap.asker.id ? (
              <div>
                <Button size="xs" variant="default" onClick={() => answer.run({ id: swap.id, how: 'withdrawn' })}>
                  {t('around.withdraw')}
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {asking ? <SwapDialog plan={plan} me={around.me ?? ''} onClose={() => setAsking(false)} /> : null}
    </Panel>
  );
}

export function Absences({ plan, around }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const now = useInstant();
  const [adding, setAdding] = useState(false);
  const cancel = useVerb((id: string) => call('DELETE', `/ops/v1/duty/absences/${id}`), {
    done: t('around.absenceGone'),
    refresh: DUTY_KEYS,
  });
  const nameOf = (id: string): string => plan.people.find((each) => each.id === id)?.name ?? id;
  const current = around.absences.filter((each) => each.endsAt > now);
  return (
    <Panel
      title={t('around.absences')}
      flush
      side={
        may.act ? (
          <Button variant="default" size="xs" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            {t('around.addAbsence')}
          </Button>
        ) : null
      }
    >
      {current.length === 0 ? <Empty compact title={t('around.noAbsence')} /> : null}
      <ul className="list">
        {current.map((each) => (
          <li key={each.id} className="list-row">
            <div className="row" style={{ justifyContent: 'space-between', flexWrap: 'nowrap' }}>
              <span>
                <span className="strong">{nameOf(each.person)}</span>{' '}
                <span className="small quiet">
                  {spanOf(each.startsAt, each.endsAt, language, now)} · {each.reason || each.createdBy}
                </span>
              </span>
              {may.act && !each.configured ? (
                <ActionIcon
                  variant="subtle"
                  color="ink"
                  aria-label={t('around.cancelAbsence', { name: nameOf(each.person) })}
                  onClick={() => cancel.run(each.id)}
                >
                  <IconX size={16} />
                </ActionIcon>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      {adding ? <AbsenceDialog plan={plan} onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}

export function Reach({ around }: Pick<Props, 'around'>) {
  const { t } = useWords();
  const may = useMay();
  const testing = useVerb((id: string) => call('POST', `/ops/v1/people/${id}/test-page`, {}), {
    done: t('around.testSent'),
    refresh: DUTY_KEYS,
  });
  return (
    <Panel title={t('around.reach')} flush>
      <ul className="list">
        {around.reach.map(({ person, ways }) => (
          <li key={person.id} className="list-row">
            <div className="row" style={{ justifyContent: 'space-between' }}>
              <span className="strong">{person.name}</span>
              {may.act ? (
                <Button variant="default" size="xs" onClick={() => testing.run(person.id)}>
                  {t('around.test')}
                </Button>
              ) : null}
            </div>
            <ul className="reach-ways">
              {ways.map((way) => (
                <li key={way.channel} className="small row">
                  <ChannelIcon channel={way.channel as Parameters<typeof ChannelIcon>[0]['channel']} />
                  <span className="break">{way.address}</span>
                  <span className="quiet">
                    {way.answeredAt === null ? (
                      way.testedAt === null ? (
                        t('around.untested')
                      ) : (
                        <>
                          {t('around.unanswered')} <When at={way.testedAt} show="absolute" />
                        </>
                      )
                    ) : (
                      <>
                        {t('around.works')} <When at={way.answeredAt} show="absolute" />
                        {way.vendor === null ? '' : ` · ${way.vendor}`}
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Calendars({ around }: Pick<Props, 'around'>) {
  const { t } = useWords();
  const may = useMay();
  const [made, setMade] = useState<string | null>(null);
  const create = useVerb((person: string | null) => call<{ url: string }>('POST', '/ops/v1/duty/feeds', { person }), {
    refresh: DUTY_KEYS,
    onDone: ({ url }) => setMade(url),
  });
  const revoke = useVerb((id: string) => call('DELETE', `/ops/v1/duty/feeds/${id}`), {
    done: t('around.feedGone'),
    refresh: DUTY_KEYS,
  });
  if (!may.act) return null;
  return (
    <Panel
      title={t('around.feeds')}
      side={
        <Button variant="default" size="xs" leftSection={<IconPlus size={15} />} onClick={() => create.run(around.me)}>
          {t(around.me === null ? 'around.newFeedAll' : 'around.newFeed')}
        </Button>
      }
    >
      {made === null ? null : (
        <div className="stack" role="status">
          <p className="small">{t('around.feedOnce')}</p>
          <code className="mono break">{made}</code>
          <CopyButton value={made}>
            {({ copied, copy }) => (
              <Button size="xs" onClick={copy}>
                {t(copied ? 'settings.copied' : 'settings.copy')}
              </Button>
            )}
          </CopyButton>
        </div>
      )}
      {around.feeds.length === 0 && made === null ? <p className="quiet small">{t('around.noFeed')}</p> : null}
      <ul className="stack">
        {around.feeds.map((feed) => (
          <li key={feed.id} className="row" style={{ justifyContent: 'space-between' }}>
            <span className="small">
              {feed.person ?? t('around.everybody')} · {feed.createdBy} ·{' '}
              {feed.lastReadAt === null ? t('around.neverRead') : <When at={feed.lastReadAt} show="relative" />}
            </span>
            <Button variant="default" size="xs" onClick={() => revoke.run(feed.id)}>
              {t('settings.revoke')}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
