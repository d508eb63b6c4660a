/** The dialog for an event: from its beginning to its end the level is another one. */
import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { EventView, IndicatorView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { serverNow } from '../shell/clock.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';

const HOUR = 3_600_000;

/** An instant as the field of a form takes it: the reader's wall clock. */
function local(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

interface EventDialogProps {
  /** The one to be changed; null adds one. */
  event: EventView | null;
  indicators: readonly IndicatorView[];
  onClose: () => void;
}

/** Adds an event, or changes one. */
export function EventDialog({ event: before, indicators, onClose }: EventDialogProps) {
  const { t } = useWords();
  const names = useNames();
  const start = Math.ceil(serverNow() / HOUR) * HOUR;
  const [title, setTitle] = useState(before?.title ?? '');
  const [factor, setFactor] = useState<number | string>(before?.factor ?? 1.5);
  const [from, setFrom] = useState(local(before?.startsAt ?? start));
  const [to, setTo] = useState(local(before?.endsAt ?? start + 4 * HOUR));
  const [chosen, setChosen] = useState<string[]>([...(before?.indicators ?? [])]);
  const [city, setCity] = useState<string | null>(before?.series['city'] ?? null);
  const cities = [...new Set(indicators.flatMap(({ series }) => series.flatMap(({ labels }) => labels['city'] ?? [])))];
  const save = (body: object) =>
    before === null
      ? call('POST', '/ops/v1/events', body)
      : call('PUT', `/ops/v1/events/${before.id}`, { ...body, version: before.version });
  const verb = useVerb(save, {
    done: t(before === null ? 'given.added' : 'given.eventChanged'),
    refresh: ['events', 'indicators', 'level'],
    announceFailure: false,
    onDone: onClose,
  });
  // The fields have no seconds: what was not edited stays as it is.
  const kept = (field: string, at: number | undefined) =>
    at !== undefined && field === local(at) ? at : new Date(field).getTime();
  const [startsAt, endsAt] = [kept(from, before?.startsAt), kept(to, before?.endsAt)];
  const words = t(before === null ? 'given.add' : 'given.editEvent');
  const { city: _, ...others } = before?.series ?? {};
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={words}
      words={t('given.eventsWords')}
      submit={before === null ? words : t('given.save')}
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
          series: city === null ? others : { ...others, city },
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
