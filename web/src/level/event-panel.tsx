/** Events that change levels: those of the configuration and those that were added, with a dialog to add one. */
import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EventList, EventView, IndicatorView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { localeOf, useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { serverNow } from '../shell/clock.ts';
import { IconPlus } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Pill } from '../shell/pill.tsx';
import { Asked } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';

const HOUR = 3_600_000;
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
                <Event key={event.id} event={event} may={may.act} />
              ))}
            </ul>
          )
        }
      </Asked>
      {adding ? <AddDialog indicators={indicators} onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}

function Event({ event, may }: { event: EventView; may: boolean }) {
  const { t, language } = useWords();
  const names = useNames();
  const cancel = useVerb(() => call('DELETE', `/ops/v1/events/${event.id}`), {
    done: t('given.cancelled'),
    refresh: ['events', 'indicators', 'level'],
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
        <Button
          variant="subtle"
          size="compact-sm"
          loading={cancel.pending}
          onClick={() => cancel.run(undefined)}
          aria-label={`${t('given.cancel')}: ${event.title}`}
        >
          {t('given.cancel')}
        </Button>
      ) : (
        <span />
      )}
    </li>
  );
}

/** An instant as the field of a form takes it: the reader's wall clock. */
function local(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function AddDialog({ indicators, onClose }: { indicators: readonly IndicatorView[]; onClose: () => void }) {
  const { t } = useWords();
  const names = useNames();
  const start = Math.ceil(serverNow() / HOUR) * HOUR;
  const [title, setTitle] = useState('');
  const [factor, setFactor] = useState<number | string>(1.5);
  const [from, setFrom] = useState(local(start));
  const [to, setTo] = useState(local(start + 4 * HOUR));
  const [chosen, setChosen] = useState<string[]>([]);
  const [city, setCity] = useState<string | null>(null);
  const cities = [...new Set(indicators.flatMap(({ series }) => series.flatMap(({ labels }) => labels['city'] ?? [])))];
  const verb = useVerb((body: object) => call('POST', '/ops/v1/events', body), {
    done: t('given.added'),
    refresh: ['events', 'indicators', 'level'],
    announceFailure: false,
    onDone: onClose,
  });
  const [startsAt, endsAt] = [new Date(from).getTime(), new Date(to).getTime()];
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('given.add')}
      words={t('given.eventsWords')}
      submit={t('given.add')}
      pending={verb.pending}
      error={verb.error}
      disabled={title.trim() === '' || typeof factor !== 'number' || !(endsAt > startsAt)}
      onSubmit={() =>
        verb.run({
          title: title.trim(),
          factor,
          startsAt,
          endsAt,
          indicators: chosen,
          series: city === null ? {} : { city },
        })
      }
    >
      <TextInput
        label={t('given.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <NumberInput
        label={t('given.factor')}
        description={t('given.factorWords')}
        value={factor}
        onChange={setFactor}
        min={0}
        max={100}
        step={0.1}
        decimalScale={3}
      />
      <div className="given-span">
        <TextInput
          type="datetime-local"
          label={t('given.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t('given.to')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      <MultiSelect
        label={t('given.indicators')}
        description={t('given.indicatorsWords')}
        data={indicators.map((each) => ({ value: each.name, label: each.title }))}
        value={chosen}
        onChange={setChosen}
        clearable
      />
      {cities.length === 0 ? null : (
        <Select
          label={t('given.city')}
          placeholder={t('given.everywhere')}
          data={cities.map((value) => ({ value, label: names.cityTitle(value) }))}
          value={city}
          onChange={setCity}
          clearable
        />
      )}
    </VerbDialog>
  );
}
