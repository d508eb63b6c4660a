/** An incident as a card: how bad, how old, what is hurt, why, and the one thing to do next. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CareMark, IncidentView } from '../api-types.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { titled, useNames, useNow } from '../now/names.ts';
import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconBolt,
  IconMapPin,
  IconSteeringWheel,
} from '../shell/icon.ts';
import { IncidentStatePill, Pill, SeverityPill } from '../shell/pill.tsx';
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
  const { nextUpdateAt, snoozedUntil, promisesBroken, clock, next, inTrip } = care;
  return (
    <>
      <NextLine next={next} inTrip={inTrip} />
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
    </>
  );
}

/** What the chain does next by itself, and whether members in a trip have called: the safety case. */
export function NextLine({ next, inTrip }: { next: CareMark['next']; inTrip: number }) {
  const { t } = useWords();
  if (next === null && inTrip === 0) return null;
  return (
    <p className="row small next-line">
      {inTrip === 0 ? null : (
        <Pill tone="critical" icon={<IconSteeringWheel size={14} aria-hidden />}>
          {t('incident.inTrip', { count: inTrip })}
        </Pill>
      )}
      {next === null ? null : (
        <span>
          <span className="quiet">{t('incident.next')}</span> <b className="sentence">{next.title}</b>{' '}
          <span className="quiet">
            <When at={next.at} />
          </span>
        </span>
      )}
    </p>
  );
}

const MARKS = { degraded: IconAlertTriangleFilled, down: IconAlertOctagonFilled } as const;
type Hurt = keyof typeof MARKS;

/** The functions and cities that are hurt, each with how badly as long as it is. */
export function Reach({ incident }: { incident: Pick<IncidentView, 'id' | 'functions' | 'cities'> }) {
  const { t } = useWords();
  const names = useNames();
  const health = useNow().data?.health ?? [];
  if (incident.functions.length === 0 && incident.cities.length === 0) return null;
  const hurtOf = (name: string): Hurt | null => {
    const states = health
      .filter((each) => each.functionName === name && each.incidentId === incident.id)
      .map(({ state }) => state);
    return states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : null;
  };
  return (
    <p className="row reach">
      {incident.cities.map((city) => (
        <span key={city} className="tag">
          <IconMapPin size={14} aria-hidden />
          {names.cityTitle(city)}
        </span>
      ))}
      {incident.functions.map((name) => {
        const hurt = hurtOf(name);
        const Mark = hurt === null ? null : MARKS[hurt];
        return (
          <span key={name} className={hurt === null ? 'tag' : `tag hurt ${hurt}`}>
            {Mark === null ? null : <Mark size={14} aria-hidden />}
            {names.functionTitle(name)}
            {hurt === null ? null : <span className="hidden-words">: {t(`health.${hurt}`)}</span>}
          </span>
        );
      })}
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
