/** An incident as a card: how bad, how old, what is hurt, why, and the one thing to do next. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { IncidentView } from '../api-types.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { titled, useNames, useNow } from '../now/names.ts';
import { IconBolt, IconMapPin } from '../shell/icon.ts';
import { IncidentStatePill, SeverityPill } from '../shell/pill.tsx';
import { Lasting, When } from '../shell/when.tsx';
import { useAccept } from './accept.ts';
import { Countdown } from './care.tsx';
import './incident.css';

export function IncidentCard({ incident, isNext }: { incident: IncidentView; isNext: boolean }) {
  const { t } = useWords();
  const may = useMay();
  const accept = useAccept();
  const isOver = incident.state === 'resolved' || incident.state === 'merged';
  return (
    <article className={`card ${isOver ? 'over' : incident.severity}`}>
      <div className="card-main">
        <div className="row">
          <SeverityPill severity={incident.severity} />
          <IncidentStatePill state={incident.state} />
          <span className="quiet small number">
            #{incident.number}
            {isOver ? '' : ` · ${t(`phase.${incident.phase}`)}`}
          </span>
        </div>
        <h2>
          <Link to="/incidents/$id" params={{ id: incident.id }} className="title-link">
            {incident.title}
          </Link>
        </h2>
        <Reach incident={incident} />
        <Cause incident={incident} />
        {isOver ? null : <CareLine id={incident.id} />}
      </div>
      <div className="card-side">
        <div className="card-age">
          <b>
            <Lasting from={incident.startedAt} to={incident.resolvedAt} />
          </b>
          <span className="quiet small">
            {isOver && incident.resolvedAt !== null ? (
              <>
                {t('incident.over')} <When at={incident.resolvedAt} show="absolute" />
              </>
            ) : (
              <>
                {t('incident.since')} <When at={incident.startedAt} show="absolute" />
              </>
            )}
          </span>
        </div>
        {incident.state === 'open' && may.act ? (
          <Button
            className="on-lamp"
            loading={accept.pending}
            onClick={() => accept.run(incident)}
            rightSection={isNext ? <kbd>a</kbd> : null}
          >
            {t('incident.accept')}
          </Button>
        ) : null}
        {incident.state === 'accepted' && incident.acceptedBy !== null ? (
          <span className="small quiet">{t('incident.acceptedBy', { name: incident.acceptedBy })}</span>
        ) : null}
      </div>
    </article>
  );
}

/** What others wait for: the promised update, a snooze, the clock that is due next. */
function CareLine({ id }: { id: string }) {
  const { t } = useWords();
  const care = useNow().data?.care.find((each) => each.incidentId === id);
  if (care === undefined) return null;
  const { nextUpdateAt, snoozedUntil, promisesBroken, clock } = care;
  return (
    <p className="small quiet care-mark">
      {snoozedUntil === null ? null : (
        <span>
          {t('care.snoozed')}: <When at={snoozedUntil} show="absolute" />
        </span>
      )}
      {nextUpdateAt === null ? null : (
        <span>
          {t('care.nextUpdate')}: <Countdown to={nextUpdateAt} soon={5 * 60_000} />
          {promisesBroken === 0 ? '' : ` (${t('care.counted', { kept: care.promisesKept, broken: promisesBroken })})`}
        </span>
      )}
      {clock === null ? null : (
        <span>
          {t(`care.clock.${clock.kind}`)}: <Countdown to={clock.dueAt} soon={clock.dueAt - clock.warnAt} />
        </span>
      )}
    </p>
  );
}

/** The functions and cities that are hurt. */
export function Reach({ incident }: { incident: Pick<IncidentView, 'functions' | 'cities'> }) {
  const names = useNames();
  if (incident.functions.length === 0 && incident.cities.length === 0) return null;
  return (
    <p className="row">
      {incident.cities.map((city) => (
        <span key={city} className="tag">
          <IconMapPin size={14} aria-hidden />
          {names.cityTitle(city)}
        </span>
      ))}
      {incident.functions.map((name) => (
        <span key={name} className="tag">
          {names.functionTitle(name)}
        </span>
      ))}
    </p>
  );
}

function Cause({ incident }: { incident: IncidentView }) {
  const { t } = useWords();
  if (incident.cause === null) return null;
  const isOver = incident.state === 'resolved' || incident.state === 'merged';
  return (
    <p className="card-cause">
      <IconBolt size={16} aria-hidden />
      <span>
        <span className="quiet">{t('incident.cause')}</span> <b>{titled(incident.cause.component)}</b>{' '}
        <span className="quiet">({t(`causeKind.${incident.cause.kind}`)})</span>
        {isOver || incident.cause.reasons[0] === undefined ? null : (
          <span className="quiet small card-reason">{incident.cause.reasons[0]}</span>
        )}
      </span>
    </p>
  );
}
