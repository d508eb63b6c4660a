/** Tries a mapping on a message that is pasted: the alerts that would come of it, or what is wrong and where. */
import { Alert, Button, Select, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { IntegrationList, TryResult } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { IconAlertOctagon } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { AlertSeverityPill, Pill } from '../shell/pill.tsx';
import { Refusal } from '../shell/verb.tsx';

interface Draft {
  readonly reads: string;
  readonly mapping: string;
  readonly body: string;
  readonly headers: string;
}

export function TryMapping({ data }: { data: IntegrationList }) {
  const { t } = useWords();
  const choices = [
    ...data.sources.map(({ name, title, mapping }) => ({ value: `source/${name}`, label: title, mapping })),
    ...data.integrations.map(({ name, title, mapping }) => ({ value: `integration/${name}`, label: title, mapping })),
  ];
  const [draft, setDraft] = useState<Draft>(() => draftOf(data, choices[0]?.value ?? ''));
  const attempt = useMutation<TryResult, Error, Draft>({ mutationFn: send });
  const choose = (value: string | null): void => {
    if (value === null) return;
    setDraft(draftOf(data, value));
    attempt.reset();
  };
  const samples = samplesOf(data, draft.reads);
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  return (
    <Panel title={t('integration.try')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          attempt.mutate(draft);
        }}
      >
        <p className="quiet small">{t('integration.tryWords')}</p>
        <div className="integration-two">
          <Select
            label={t('integration.reads')}
            data={[
              { group: t('integration.sources'), items: choices.filter(({ value }) => value.startsWith('source/')) },
              { group: t('integration.all'), items: choices.filter(({ value }) => value.startsWith('integration/')) },
            ]}
            value={draft.reads}
            onChange={choose}
            searchable
            allowDeselect={false}
          />
          <Select
            label={t('integration.sample')}
            placeholder={t('field.optional')}
            data={samples.map(({ name }) => name)}
            value={null}
            onChange={(name) => {
              const sample = samples.find((one) => one.name === name);
              if (sample) set({ body: JSON.stringify(sample.body, null, 2), headers: headerLines(sample.headers) });
            }}
          />
        </div>
        <div className="integration-two">
          <Textarea
            label={t('integration.body')}
            rows={14}
            resize="vertical"
            value={draft.body}
            onChange={(event) => set({ body: event.currentTarget.value })}
            classNames={{ input: 'mono' }}
          />
          <Textarea
            label={t('integration.mapping')}
            rows={14}
            resize="vertical"
            value={draft.mapping}
            onChange={(event) => set({ mapping: event.currentTarget.value })}
            classNames={{ input: 'mono' }}
          />
        </div>
        <Textarea
          label={t('integration.headers')}
          autosize
          minRows={1}
          maxRows={4}
          value={draft.headers}
          onChange={(event) => set({ headers: event.currentTarget.value })}
          classNames={{ input: 'mono' }}
        />
        <div className="row">
          <Button type="submit" loading={attempt.isPending} disabled={draft.body.trim() === ''}>
            {t('integration.run')}
          </Button>
        </div>
        <Refusal error={attempt.error} />
        <div aria-live="polite">{attempt.data === undefined ? null : <Result result={attempt.data} />}</div>
      </form>
    </Panel>
  );
}

function samplesOf(data: IntegrationList, reads: string) {
  const [kind, name] = reads.split('/');
  const own = kind === 'source' ? data.sources.find((one) => one.name === name)?.integration : name;
  return data.integrations.find((one) => one.name === own)?.samples ?? [];
}

function draftOf(data: IntegrationList, reads: string): Draft {
  const [kind, name] = reads.split('/');
  const list: readonly { readonly name: string; readonly mapping: string }[] =
    kind === 'source' ? data.sources : data.integrations;
  const sample = samplesOf(data, reads)[0];
  return {
    reads,
    mapping: list.find((one) => one.name === name)?.mapping ?? '',
    body: sample ? JSON.stringify(sample.body, null, 2) : '',
    headers: sample ? headerLines(sample.headers) : '',
  };
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

function send(draft: Draft): Promise<TryResult> {
  const [kind, name] = draft.reads.split('/');
  const headers: Record<string, string> = {};
  for (const line of draft.headers.split('\n')) {
    const cut = line.indexOf(':');
    if (cut > 0) headers[line.slice(0, cut).trim()] = line.slice(cut + 1).trim();
  }
  const read = kind === 'source' ? { source: name } : { integration: name };
  return call<TryResult>('POST', '/ops/v1/integrations/try', {
    body: draft.body,
    headers,
    ...(draft.mapping.trim() === '' ? {} : { mapping: draft.mapping }),
    ...read,
  });
}

const SEVERITIES = ['page', 'critical', 'warning', 'info'] as const;

function Result({ result }: { result: TryResult }) {
  const { t } = useWords();
  const { error, alerts, acknowledgements, changes } = result;
  if (error !== null) {
    const where = error.position === null ? '' : ` ${t('integration.at', { position: error.position })}`;
    return (
      <Alert
        color="red"
        variant="light"
        role="alert"
        icon={<IconAlertOctagon size={18} />}
        title={`${t(`integration.wrong.${error.part}`)}${where}`}
      >
        {error.message}
      </Alert>
    );
  }
  const none = alerts.length + acknowledgements.length + changes.length === 0;
  if (none) return <p className="quiet">{t('integration.noResult')}</p>;
  return (
    <section className="stack" aria-label={t('integration.result')}>
      {alerts.map((alert, index) => {
        const severity = SEVERITIES.find((one) => one === alert.labels['severity']) ?? 'warning';
        return (
          <div key={index} className="integration-result">
            <p className="row">
              <Pill tone={alert.status === 'resolved' ? 'ok' : 'lamp'}>{t(`alertState.${alert.status}`)}</Pill>
              <AlertSeverityPill severity={severity} />
              <span className="strong break">{alert.annotations['summary'] ?? alert.labels['alertname']}</span>
            </p>
            <p className="row small">
              {Object.entries(alert.labels).map(([name, value]) => (
                <span key={name} className="label mono">
                  {`${name}="${value}"`}
                </span>
              ))}
            </p>
          </div>
        );
      })}
      {acknowledgements.map((one, index) => (
        <p key={index}>{`${t('integration.acknowledged')}: ${one.by ?? ''}`}</p>
      ))}
      {changes.map((one, index) => (
        <p key={index}>{`${t('integration.change')}: ${one.summary}`}</p>
      ))}
    </section>
  );
}
