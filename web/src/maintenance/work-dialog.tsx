/** The dialog that announces work, once or again and again, and changes it. */
import { Chip, MultiSelect, NativeSelect, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { MaintenanceList, Matcher } from '../api-types.ts';
import { call } from '../access/call.ts';
import { complete, Matchers } from '../alert/matchers.tsx';
import { localeOf, useWords } from '../language/index.ts';
import { serverNow } from '../shell/clock.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { fieldOf, instantOf, lengthOf, zoneName } from '../shell/when.tsx';
import { dayName, DAYS, fieldsOf, ruleOf, type Day, type Rhythm, type RuleFields } from './rule.ts';
import { WorkPreview } from './work-preview.tsx';

type Window = MaintenanceList['items'][number];
type Plan = MaintenanceList['plans'][number];
export type Edited = { kind: 'new' } | { kind: 'window'; window: Window } | { kind: 'plan'; plan: Plan };

const HOUR = 3_600_000;
const DURATIONS = [0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24].map((hours) => hours * HOUR);
const NOTICES = {
  none: null,
  hour: HOUR,
  hours4: 4 * HOUR,
  day: 24 * HOUR,
  days3: 72 * HOUR,
  week: 168 * HOUR,
} as const;
const RHYTHMS: readonly Rhythm[] = ['daily', 'weekly', 'monthDay', 'monthWeek', 'rule'];
const NO_MATCHER: Matcher = { name: '', value: '', isRegex: false, isEqual: true };

interface DialogProps {
  edited: Edited;
  choices: MaintenanceList['choices'];
  onClose: () => void;
}

function begin(edited: Edited): RuleFields & { from: string; to: string; duration: number } {
  const start = Math.ceil(serverNow() / HOUR) * HOUR + HOUR;
  const day = DAYS[(new Date(start).getDay() + 6) % 7]!;
  const fresh: RuleFields = { rhythm: 'weekly', weeks: 1, days: [day], starts: fieldOf(start), until: '', text: '' };
  if (edited.kind === 'plan') {
    const { rule, starts, duration } = edited.plan;
    return { ...fieldsOf(rule, starts.slice(0, 16)), from: '', to: '', duration };
  }
  const { startsAt, endsAt } = edited.kind === 'window' ? edited.window : { startsAt: start, endsAt: start + 2 * HOUR };
  return { ...fresh, from: fieldOf(startsAt), to: fieldOf(endsAt), duration: 2 * HOUR };
}

export function WorkDialog({ edited, choices, onClose }: DialogProps) {
  const { t } = useWords();
  const before = edited.kind === 'window' ? edited.window : edited.kind === 'plan' ? edited.plan : null;
  const [again, setAgain] = useState(edited.kind === 'plan');
  const [title, setTitle] = useState(before?.title ?? '');
  const [time, setTime] = useState(() => begin(edited));
  const [zone, setZone] = useState(edited.kind === 'plan' ? edited.plan.zone : choices.zone);
  const [matchers, setMatchers] = useState<Matcher[]>(
    before && before.matchers.length > 0 ? [...before.matchers] : [NO_MATCHER],
  );
  const [components, setComponents] = useState<string[]>([...(before?.places.components ?? [])]);
  const [functions, setFunctions] = useState<string[]>([...(before?.places.functions ?? [])]);
  const [notice, setNotice] = useState<number | null>(before?.notice ?? null);
  const [tell, setTell] = useState<string[]>([...(before?.tell ?? [])]);
  const [announced, setAnnounced] = useState(before?.announced ?? false);
  const path = `/ops/v1/maintenance${again ? '/plans' : ''}`;
  const verb = useVerb(
    (body: object) => (before === null ? call('POST', path, body) : call('PUT', `${path}/${before.id}`, body)),
    { done: t('work.saved'), refresh: ['maintenance', 'alerts', 'now'], announceFailure: false, onDone: onClose },
  );
  const scope = {
    matchers: matchers.filter(({ name, value }) => name.trim() !== '' || value.trim() !== ''),
    components,
    functions,
  };
  const meant =
    (scope.matchers.length === 0 || complete(scope.matchers)) &&
    scope.matchers.length + components.length + functions.length > 0;
  const rhythm = { rule: ruleOf(time), starts: time.starts, zone, duration: time.duration };
  const span = { startsAt: instantOf(time.from), endsAt: instantOf(time.to) };
  const fits = again
    ? time.starts !== '' && rhythm.rule !== ''
    : span.startsAt !== null && span.endsAt !== null && span.endsAt > span.startsAt;
  const options = (list: MaintenanceList['choices']['tell']) =>
    list.map(({ name, title: label }) => ({ value: name, label }));
  return (
    <VerbDialog
      opened
      wide
      onClose={onClose}
      title={t(before === null ? 'work.announce' : 'work.editTitle')}
      submit={t(before === null ? 'work.announce' : 'action.save')}
      pending={verb.pending}
      error={verb.error}
      disabled={title.trim() === '' || !meant || !fits}
      onSubmit={() =>
        verb.run({
          ...scope,
          ...(again ? rhythm : span),
          title: title.trim(),
          announced,
          notice,
          tell: notice === null ? [] : tell,
        })
      }
    >
      <TextInput
        label={t('work.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      {before === null ? (
        <SegmentedControl
          aria-label={t('work.rhythm')}
          value={again ? 'again' : 'once'}
          onChange={(value) => setAgain(value === 'again')}
          data={[
            { value: 'once', label: t('work.once') },
            { value: 'again', label: t('work.again') },
          ]}
        />
      ) : null}
      {again ? (
        <RhythmFields value={time} zone={zone} onZone={setZone} onChange={(part) => setTime({ ...time, ...part })} />
      ) : (
        <div className="form-grid">
          {(['from', 'to'] as const).map((key) => (
            <TextInput
              key={key}
              type="datetime-local"
              label={t(`work.${key}`)}
              description={zoneName}
              value={time[key]}
              disabled={key === 'from' && edited.kind === 'window' && edited.window.state === 'active'}
              onChange={(event) => setTime({ ...time, [key]: event.currentTarget.value })}
            />
          ))}
        </div>
      )}
      <div className="form-grid">
        <MultiSelect
          label={t('work.functions')}
          description={t('work.placesWords')}
          data={options(choices.functions)}
          value={functions}
          onChange={setFunctions}
          clearable
        />
        <MultiSelect
          label={t('work.components')}
          description={t('work.placesWords')}
          data={options(choices.components)}
          value={components}
          onChange={setComponents}
          clearable
        />
      </div>
      <Matchers value={matchers} onChange={setMatchers} />
      <div className="form-grid">
        <NativeSelect
          label={t('work.notice')}
          value={String(notice)}
          onChange={(event) =>
            setNotice(event.currentTarget.value === 'null' ? null : Number(event.currentTarget.value))
          }
          data={noticeChoices(t, notice)}
        />
        {notice === null ? null : (
          <MultiSelect label={t('work.tell')} data={options(choices.tell)} value={tell} onChange={setTell} clearable />
        )}
      </div>
      <Switch
        label={t('work.announced')}
        checked={announced}
        onChange={(event) => setAnnounced(event.currentTarget.checked)}
      />
      {meant && fits ? <WorkPreview body={{ ...scope, ...(again ? rhythm : {}) }} /> : null}
    </VerbDialog>
  );
}

function noticeChoices(t: ReturnType<typeof useWords>['t'], now: number | null): { value: string; label: string }[] {
  const known = (Object.keys(NOTICES) as (keyof typeof NOTICES)[]).map((key) => ({
    value: String(NOTICES[key]),
    label: t(`work.notices.${key}`),
  }));
  const other = known.some(({ value }) => value === String(now)) || now === null;
  return other ? known : [...known, { value: String(now), label: lengthOf(now, 'en') }];
}

type Time = ReturnType<typeof begin>;

interface RhythmProps {
  value: Time;
  zone: string;
  onZone: (zone: string) => void;
  onChange: (part: Partial<Time>) => void;
}

function RhythmFields({ value, zone, onZone, onChange }: RhythmProps) {
  const { t, language } = useWords();
  const lengths = DURATIONS.includes(value.duration) ? DURATIONS : [...DURATIONS, value.duration];
  return (
    <>
      <div className="form-grid">
        <TextInput
          type="datetime-local"
          label={t('work.first')}
          value={value.starts}
          onChange={(event) => onChange({ starts: event.currentTarget.value })}
        />
        <TextInput label={t('work.zone')} value={zone} onChange={(event) => onZone(event.currentTarget.value)} />
        <NativeSelect
          label={t('work.duration')}
          value={String(value.duration)}
          onChange={(event) => onChange({ duration: Number(event.currentTarget.value) })}
          data={lengths.map((ms) => ({ value: String(ms), label: lengthOf(ms, language) }))}
        />
        <NativeSelect
          label={t('work.rhythm')}
          value={value.rhythm}
          onChange={(event) => onChange({ rhythm: event.currentTarget.value as Rhythm, text: ruleOf(value) })}
          data={RHYTHMS.map((key) => ({ value: key, label: t(`work.rhythms.${key}`) }))}
        />
        {value.rhythm === 'rule' ? (
          <TextInput
            label={t('work.rule')}
            className="mono"
            value={value.text}
            onChange={(event) => onChange({ text: event.currentTarget.value })}
          />
        ) : (
          <TextInput
            type="date"
            label={t('work.until')}
            value={value.until}
            onChange={(event) => onChange({ until: event.currentTarget.value })}
          />
        )}
        {value.rhythm === 'weekly' ? (
          <NumberInput
            label={t('work.everyWeeks')}
            min={1}
            max={52}
            value={value.weeks}
            onChange={(weeks) => onChange({ weeks: Math.max(1, Number(weeks) || 1) })}
          />
        ) : null}
      </div>
      {value.rhythm === 'weekly' ? (
        <div role="group" aria-label={t('work.days')}>
          <p className="field-label">{t('work.days')}</p>
          <Chip.Group multiple value={value.days} onChange={(days) => onChange({ days: days as Day[] })}>
            <div className="row">
              {DAYS.map((day) => (
                <Chip key={day} value={day} size="sm" variant="outline">
                  {dayName(day, localeOf(language))}
                </Chip>
              ))}
            </div>
          </Chip.Group>
        </div>
      ) : null}
    </>
  );
}
