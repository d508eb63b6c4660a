/** The call centre's page: what to say at the left, recording at the right, what others recorded below. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { ObservationPage, ObservationView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { useNames, useNow } from '../now/names.ts';
import { IconSteeringWheel } from '../shell/icon.ts';
import { useKey } from '../shell/keys.tsx';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { When } from '../shell/when.tsx';
import { ObservationForm } from './observation-form.tsx';
import { Say } from './say.tsx';
import './observation.css';

export function ObservationsPage() {
  const { t } = useWords();
  const may = useMay();
  const now = useNow();
  const box = useRef<HTMLTextAreaElement>(null);
  useKey('o', () => box.current?.focus());
  const query = useQuery({
    queryKey: ['observations'],
    queryFn: () => call<ObservationPage>('GET', '/ops/v1/observations?limit=50'),
  });
  return (
    <div className="page">
      <PageHead title={t('nav.observations')} words={t('observation.words')} />
      <div className="two observation-two">
        <div>
          <Asked query={now}>{(data) => <Say notices={data.words} />}</Asked>
          <Panel title={t('observation.recent')} flush>
            <Asked query={query}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty title={t('observation.none')} words={t('observation.noneWords')} />
                ) : (
                  <ul className="list">
                    {items.map((each) => (
                      <li key={each.id}>
                        <ObservationRow observation={each} />
                      </li>
                    ))}
                  </ul>
                )
              }
            </Asked>
          </Panel>
        </div>
        {may.observe ? (
          <div>
            <Panel title={t('observation.record')} side={<kbd title={t('keys.observe')}>o</kbd>}>
              <ObservationForm inputRef={box} rows={5} />
            </Panel>
          </div>
        ) : null}
      </div>
    </div>
  );
}

export function ObservationRow({
  observation,
  inIncident = false,
}: {
  observation: ObservationView;
  inIncident?: boolean;
}) {
  const { t } = useWords();
  const names = useNames();
  return (
    <div className="list-row observation-row observed">
      <div>
        <p className="break">{observation.text}</p>
        <p className="row small quiet">
          {observation.inTrip ? (
            <Pill tone="critical" icon={<IconSteeringWheel size={13} />}>
              {t('observation.tripTag')}
            </Pill>
          ) : null}
          {observation.city === null ? null : <span className="tag">{names.cityTitle(observation.city)}</span>}
          {observation.functionName === null ? null : (
            <span className="tag">{names.functionTitle(observation.functionName)}</span>
          )}
          <span>{t('observation.by', { name: observation.agent })}</span>
          {observation.incidentId === null || inIncident ? null : (
            <Link to="/incidents/$id" params={{ id: observation.incidentId }}>
              {t('alert.inIncident')}
            </Link>
          )}
        </p>
      </div>
      <span className="small quiet">
        <When at={observation.at} />
      </span>
    </div>
  );
}
