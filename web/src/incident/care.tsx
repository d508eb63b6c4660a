/** Who has an incident, and what is asked of them: the promised update with its countdown, clocks, snooze, hand-overs. */
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { CareView, IncidentDetail } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { useVerb } from '../shell/verb.tsx';
import { lengthOf, When } from '../shell/when.tsx';
import { INCIDENT_KEYS } from './accept.ts';
import { HandOverDialog, PromiseDialog, SnoozeDialog } from './care-dialogs.tsx';
import './care.css';

type Clock = CareView['clocks'][number];
type HandOver = CareView['handOvers'][number];

export function CarePanel({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const { incident, care } = detail;
  const live = incident.state === 'open' || incident.state === 'accepted';
  if (!live && care.clocks.length === 0 && care.handOvers.length === 0) return null;
  const who = incident.acceptedBy === null ? t('care.nobody') : t('care.has', { name: incident.acceptedBy });
  return (
    <Panel title={t('care.title')} side={<span className="small quiet">{care.mine ? t('care.yours') : who}</span>}>
      {live ? <Asked detail={detail} /> : null}
      {care.clocks.map((clock) => (
        <ClockRow key={clock.id} clock={clock} />
      ))}
      {care.handOvers.length === 0 ? null : <HandOvers care={care} />}
      {live ? <Verbs detail={detail} /> : null}
    </Panel>
  );
}

/** The promised update, and when the one who has it is asked. */
function Asked({ detail: { care } }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const counted = { kept: care.promisesKept, broken: care.promisesBroken };
  return (
    <>
      <Row
        name={t('care.nextUpdate')}
        words={
          care.nextUpdateAt === null ? (
            t('care.none')
          ) : (
            <>
              <When at={care.nextUpdateAt} show="absolute" /> ·{' '}
              {care.promisedBy === null ? t('care.bySeverity') : t('care.promisedBy', { name: care.promisedBy })}
            </>
          )
        }
        more={care.promisesKept + care.promisesBroken === 0 ? null : t('care.counted', counted)}
        loud={care.promisesBroken > 0}
      >
        {care.nextUpdateAt === null ? null : <Countdown to={care.nextUpdateAt} soon={5 * 60_000} />}
      </Row>
      {care.snoozedUntil === null ? null : (
        <Row name={t('care.snoozed')} words={t('care.snoozedBy', { name: care.snoozedBy })} more={care.snoozeReason}>
          <When at={care.snoozedUntil} />
        </Row>
      )}
      {care.remindAt === null || care.giveBackAt === null ? null : (
        <Row
          name={t('care.reminder')}
          words={t('care.reminderWords')}
          more={
            <>
              {t('care.givenBack')} <When at={care.giveBackAt} show="absolute" />
            </>
          }
        >
          <When at={care.remindAt} show="absolute" />
        </Row>
      )}
    </>
  );
}

function Row({
  name,
  words,
  more,
  loud = false,
  children,
}: {
  name: string;
  words: ReactNode;
  more?: ReactNode;
  loud?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="care-row">
      <div>
        <b>{name}</b>
        <p className="small quiet">{words}</p>
        {more === null || more === undefined ? null : <p className={`small ${loud ? 'care-late' : 'quiet'}`}>{more}</p>}
      </div>
      <div className="care-time">{children}</div>
    </div>
  );
}

/** How much time is left, or how late it is; in words besides the colour. */
export function Countdown({ to, soon }: { to: number; soon: number }) {
  const { t, language } = useWords();
  const now = useInstant();
  const left = to - now;
  const near = lengthOf(Math.abs(left), language);
  const look = left <= 0 ? 'care-late' : left <= soon ? 'care-soon' : '';
  return <span className={`number ${look}`}>{left <= 0 ? t('care.late', { near }) : t('care.left', { near })}</span>;
}

const TONES: Readonly<Record<Clock['state'], Tone>> = {
  running: 'lamp',
  kept: 'ok',
  broken: 'critical',
  void: 'unknown',
};

/** A clock of an agreed level of service, with how much of its time is used up. */
function ClockRow({ clock }: { clock: Clock }) {
  const { t, language } = useWords();
  const now = useInstant();
  const { kind, sla, span, hours, startedAt, warnAt, dueAt, stoppedAt, state } = clock;
  const until = stoppedAt ?? now;
  const used = Math.min(1, Math.max(0, (until - startedAt) / Math.max(1, dueAt - startedAt)));
  const look = state === 'broken' ? 'late' : state === 'running' && now >= warnAt ? 'soon' : state;
  const words = { sla, span: lengthOf(span, language), hours };
  return (
    <div className="care-row">
      <div>
        <b>{t(`care.clock.${kind}`)}</b>
        <p className="small quiet">{t(hours === null ? 'care.clockOf' : 'care.clockHours', words)}</p>
      </div>
      <div className="care-time">
        {state === 'running' ? (
          <Countdown to={dueAt} soon={dueAt - warnAt} />
        ) : (
          <Pill tone={TONES[state]}>{t(`care.clockState.${state}`)}</Pill>
        )}
      </div>
      <div className={`care-bar ${look}`} aria-hidden>
        <i style={{ width: `${Math.round(100 * used)}%` }} />
      </div>
    </div>
  );
}

function HandOvers({ care }: { care: CareView }) {
  const { t } = useWords();
  return (
    <div className="care-hands">
      <h3>{t('care.handOvers')}</h3>
      <ul>
        {care.handOvers.map((one) => (
          <HandOverRow key={one.id} handOver={one} care={care} />
        ))}
      </ul>
    </div>
  );
}

function HandOverRow({ handOver, care }: { handOver: HandOver; care: CareView }) {
  const { t } = useWords();
  const may = useMay();
  const answer = useVerb(
    (said: 'accepted' | 'declined' | 'withdrawn') =>
      call('POST', `/ops/v1/incident-hand-overs/${handOver.id}`, { answer: said }),
    { done: t('care.done.answer'), refresh: INCIDENT_KEYS },
  );
  const { state, fromName, asked, reason, dueAt, answeredAt } = handOver;
  const people = asked.map(({ name }) => name).join(', ');
  const waits = state === 'asked';
  return (
    <li className={waits ? 'waits' : ''}>
      <p>
        {waits && care.askedOfMe
          ? t('care.askedOfYou', { name: fromName })
          : t('care.asked', { name: fromName, people })}
      </p>
      <p className="small quiet">
        {t(`care.handState.${state}`)} ·{' '}
        <When at={waits ? dueAt : (answeredAt ?? dueAt)} show={waits ? 'both' : 'absolute'} />
        {reason === '' ? '' : ` · ${reason}`}
      </p>
      {waits && may.act ? (
        <div className="row">
          {care.askedOfMe ? (
            <>
              <Button size="xs" className="on-lamp" loading={answer.pending} onClick={() => answer.run('accepted')}>
                {t('care.takeOver')}
              </Button>
              <Button size="xs" variant="default" onClick={() => answer.run('declined')}>
                {t('care.cannot')}
              </Button>
            </>
          ) : null}
          {care.mine ? (
            <Button size="xs" variant="default" loading={answer.pending} onClick={() => answer.run('withdrawn')}>
              {t('care.withdraw')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function Verbs({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const may = useMay();
  const [dialog, setDialog] = useState<'snooze' | 'promise' | 'hand-over' | null>(null);
  const { incident, care } = detail;
  const send = useVerb((verb: 'confirm' | 'wake') => call('POST', `/ops/v1/incidents/${incident.id}/${verb}`, {}), {
    refresh: INCIDENT_KEYS,
    done: t('care.done.confirm'),
  });
  if (!may.act) return null;
  const close = (): void => setDialog(null);
  return (
    <div className="row care-verbs">
      {care.mine ? (
        <>
          {care.snoozedUntil === null ? (
            <>
              <Button size="xs" variant="default" loading={send.pending} onClick={() => send.run('confirm')}>
                {t('care.onIt')}
              </Button>
              {care.snoozeMost === null ? null : (
                <Button size="xs" variant="default" onClick={() => setDialog('snooze')}>
                  {t('care.snooze')}
                </Button>
              )}
            </>
          ) : (
            <Button size="xs" variant="default" loading={send.pending} onClick={() => send.run('wake')}>
              {t('care.wake')}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => setDialog('hand-over')}>
            {t('care.handOver')}
          </Button>
        </>
      ) : null}
      <Button size="xs" variant="default" onClick={() => setDialog('promise')}>
        {t('care.promise')}
      </Button>
      {dialog === 'snooze' ? <SnoozeDialog detail={detail} onClose={close} /> : null}
      {dialog === 'promise' ? <PromiseDialog detail={detail} onClose={close} /> : null}
      {dialog === 'hand-over' ? <HandOverDialog detail={detail} onClose={close} /> : null}
    </div>
  );
}
