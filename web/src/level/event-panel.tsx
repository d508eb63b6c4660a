/** Events that change levels: those of the configuration and those that were added. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EventList, EventView, IndicatorView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { IconPlus } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { EventDialog } from './event-dialog.tsx';

const REFRESH = ['events', 'indicators', 'level'] as const;
const TONES = { planned: 'minor', on: 'major', over: 'unknown', cancelled: 'unknown' } as const;

export function Events({ indicators }: { indicators: readonly IndicatorView[] }) {
  const { t } = useWords();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const query = useQuery({ queryKey: ['events'], queryFn: () => call<EventList>('GET', '/ops/v1/events') });
  return (
    <Panel
      title={t('given.events')}
      side={
        may.act ? (
          <Button variant="default" size="sm" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            {t('given.add')}
          </Button>
        ) : null
      }
      flush
    >
      <Asked query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet small panel-body">{`${t('given.noEvents')} ${t('given.eventsWords')}`}</p>
          ) : (
            <ul className="list">
              {items.toReversed().map((event) => (
                <Event key={event.id} event={event} indicators={indicators} may={may.act} />
              ))}
            </ul>
          )
        }
      </Asked>
      {adding ? <EventDialog event={null} indicators={indicators} onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}

interface EventProps {
  event: EventView;
  indicators: readonly IndicatorView[];
  may: boolean;
}

function Event({ event, indicators, may }: EventProps) {
  const { t, language } = useWords();
  const names = useNames();
  const cancel = useVerb(() => call('DELETE', `/ops/v1/events/${event.id}`), {
    done: t('given.cancelled'),
    refresh: REFRESH,
  });
  const [editing, setEditing] = useState(false);
  const { version } = event;
  const end = useVerb(() => call('POST', `/ops/v1/events/${event.id}/end`, { version }), {
    done: t('given.ended'),
    refresh: REFRESH,
  });
  const factor = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 2 }).format(event.factor);
  const where = Object.entries(event.series).map(([name, value]) => (name === 'city' ? names.cityTitle(value) : value));
  const about = [...event.indicators, ...where].join(' · ');
  const open = event.state === 'planned' || event.state === 'on';
  return (
    <li className="list-row given-row">
      <span>
        <span className="strong">{event.title}</span> <span className="quiet">{t('given.times', { factor })}</span>
        <span className="small quiet level-words">
          <When at={event.startsAt} show="absolute" /> – <When at={event.endsAt} show="absolute" />
          {about === '' ? '' : ` · ${about}`}
          {event.origin === 'configuration'
            ? ` · ${t('given.configured')}`
            : ` · ${t('given.by', { name: event.createdBy ?? '' })}`}
        </span>
      </span>
      <Pill tone={TONES[event.state]}>{t(`given.state.${event.state}`)}</Pill>
      {may && open && event.origin === 'added' ? (
        <span className="row">
          <Button
            variant="subtle"
            size="xs"
            onClick={() => setEditing(true)}
            aria-label={`${t('given.edit')}: ${event.title}`}
          >
            {t('given.edit')}
          </Button>
          {event.state === 'on' ? (
            <Button
              variant="subtle"
              size="xs"
              loading={end.pending}
              onClick={() => end.run(undefined)}
              aria-label={`${t('given.end')}: ${event.title}`}
            >
              {t('given.end')}
            </Button>
          ) : null}
          <Button
            variant="subtle"
            size="xs"
            color="red"
            loading={cancel.pending}
            onClick={() => cancel.run(undefined)}
            aria-label={`${t('given.cancel')}: ${event.title}`}
          >
            {t('given.cancel')}
          </Button>
        </span>
      ) : (
        <span />
      )}
      {editing ? <EventDialog event={event} indicators={indicators} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}
