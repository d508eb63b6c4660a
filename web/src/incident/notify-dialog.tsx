/** Telling members: the same words go to the status page, the app and the call centre, in every language. */
import { SegmentedControl, Select, Tabs, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMe } from '../access/query.ts';
import { useWords } from '../language/index.ts';
import { VerbDialog } from '../shell/verb.tsx';
import { useIncidentVerb, type DialogProps } from './dialogs.tsx';

const PHASES = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
type Texts = Record<string, string>;

/** Only the languages somebody wrote in. */
function written(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''));
}

export function NotifyDialog({ detail, onClose }: DialogProps) {
  const { t, language } = useWords();
  const me = useMe().data;
  const { incident } = detail;
  const last = detail.notices.toSorted((a, b) => b.publishedAt - a.publishedAt)[0];
  const [mode, setMode] = useState<'template' | 'own'>(last === undefined ? 'template' : 'own');
  const [template, setTemplate] = useState(detail.templates[0]?.name ?? '');
  const [phase, setPhase] = useState<string>(incident.phase);
  const [title, setTitle] = useState<Texts>(last?.title ?? {});
  const [body, setBody] = useState<Texts>(last?.body ?? {});
  const [agentWord, setAgentWord] = useState<Texts>(last?.agentWord ?? {});
  const send = useIncidentVerb(incident, 'notify', t('incident.done.notify'), onClose);
  const languages = me?.languages ?? ['en'];
  const complete = languages.every((each) => [title, body].every((texts) => (texts[each] ?? '').trim() !== ''));
  const message =
    mode === 'template'
      ? { phase, template }
      : { phase, title: written(title), body: written(body), agentWord: written(agentWord) };
  return (
    <VerbDialog
      opened
      wide
      onClose={onClose}
      title={t('incident.notify')}
      words={t('incident.dialog.notify')}
      submit={t('notify.publish')}
      pending={send.pending}
      error={send.error}
      disabled={mode === 'own' ? !complete : template === ''}
      onSubmit={() => send.run(message)}
    >
      <SegmentedControl
        aria-label={t('notify.source')}
        value={mode}
        onChange={(value) => setMode(value as 'template' | 'own')}
        data={[
          { value: 'template', label: t('notify.template') },
          { value: 'own', label: t('notify.own') },
        ]}
      />
      <div className="form-grid">
        <Select
          label={t('field.phase')}
          data={PHASES.map((value) => ({ value, label: t(`phase.${value}`) }))}
          value={phase}
          onChange={(value) => setPhase(value ?? phase)}
          allowDeselect={false}
        />
        {mode === 'template' ? (
          <Select
            label={t('notify.templateName')}
            data={detail.templates.map(({ name, title: words }) => ({
              value: name,
              label: words[language] ?? words['en'] ?? name,
            }))}
            value={template}
            onChange={(value) => setTemplate(value ?? template)}
            allowDeselect={false}
          />
        ) : null}
      </div>
      {mode === 'own' ? (
        <Tabs defaultValue={languages.includes(language) ? language : (languages[0] ?? 'en')}>
          <Tabs.List>
            {languages.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {new Intl.DisplayNames(language, { type: 'language' }).of(each)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {languages.map((each) => (
            <Tabs.Panel key={each} value={each} pt="sm" className="stack" lang={each}>
              <TextInput
                label={t('field.title')}
                value={title[each] ?? ''}
                onChange={(event) => setTitle({ ...title, [each]: event.currentTarget.value })}
              />
              <Textarea
                label={t('notify.body')}
                rows={4}
                value={body[each] ?? ''}
                onChange={(event) => setBody({ ...body, [each]: event.currentTarget.value })}
              />
              <Textarea
                label={t('notify.agent')}
                rows={3}
                value={agentWord[each] ?? ''}
                onChange={(event) => setAgentWord({ ...agentWord, [each]: event.currentTarget.value })}
              />
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : null}
    </VerbDialog>
  );
}
