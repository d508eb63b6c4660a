/** Proposing an improvement: words, and the changed rule if a rule is to change. */
import { Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ImprovementView, RuleDefinitionList } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useVerb, VerbDialog } from '../shell/verb.tsx';

interface NewImprovementProps {
  retroId: string | null;
  incidentId: string | null;
  onClose: () => void;
}

export function NewImprovementDialog({ retroId, incidentId, onClose }: NewImprovementProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const [rule, setRule] = useState<string | null>(null);
  const [after, setAfter] = useState('');
  const rules = useQuery({
    queryKey: ['rules', 'definitions'],
    queryFn: () => call<RuleDefinitionList>('GET', '/ops/v1/rules/definitions'),
  });
  const chosen = rules.data?.items.find((each) => each.rule === rule);
  const verb = useVerb((improvement: object) => call<ImprovementView>('POST', '/ops/v1/improvements', improvement), {
    refresh: ['improvements', 'retro', 'now'],
    announceFailure: false,
    onDone: (improvement) => {
      onClose();
      void navigate({ to: '/improvements/$id', params: { id: improvement.id } });
    },
  });
  const choose = (value: string | null) => {
    setRule(value);
    setAfter(rules.data?.items.find((each) => each.rule === value)?.definition ?? '');
  };
  return (
    <VerbDialog
      opened
      wide
      onClose={onClose}
      title={t('improvement.propose')}
      words={t('improvement.proposeWords')}
      submit={t('improvement.propose')}
      pending={verb.pending}
      error={verb.error}
      disabled={title.trim() === '' || (chosen !== undefined && after.trim() === chosen.definition.trim())}
      onSubmit={() =>
        verb.run({
          title: title.trim(),
          body,
          retroId,
          incidentId,
          change: chosen === undefined ? null : { kind: chosen.kind, rule: chosen.rule, after },
        })
      }
    >
      <TextInput
        label={t('field.title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        label={t('improvement.body')}
        rows={3}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <Select
        label={t('improvement.rule')}
        description={t('improvement.ruleWords')}
        data={(rules.data?.items ?? []).map((each) => ({ value: each.rule, label: each.title }))}
        value={rule}
        onChange={choose}
        clearable
        searchable
      />
      {chosen === undefined ? null : (
        <Textarea
          label={t('improvement.after')}
          description={t('improvement.afterWords')}
          autosize
          minRows={6}
          maxRows={18}
          value={after}
          onChange={(event) => setAfter(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
        />
      )}
    </VerbDialog>
  );
}
