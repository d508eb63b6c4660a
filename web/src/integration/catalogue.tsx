/** All that can be connected, each with what to set at the sender, to be copied. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { IntegrationList } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { IconSearch } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Empty } from '../shell/state.tsx';
import { Snippet } from './snippet.tsx';

type Integration = IntegrationList['integrations'][number];

export function Catalogue({ integrations }: { integrations: readonly Integration[] }) {
  const { t } = useWords();
  const [wanted, setWanted] = useState('');
  const word = wanted.trim().toLowerCase();
  const shown = integrations
    .filter(({ title, about, name }) => `${title} ${name} ${about}`.toLowerCase().includes(word))
    .toSorted((a, b) => a.title.localeCompare(b.title));
  return (
    <Panel
      title={t('integration.all')}
      count={shown.length}
      flush
      side={
        <TextInput
          size="sm"
          aria-label={t('integration.find')}
          placeholder={t('integration.find')}
          leftSection={<IconSearch size={16} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      }
    >
      {shown.length === 0 ? <Empty compact title={t('integration.nothing')} /> : null}
      <ul className="catalogue">
        {shown.map((one) => (
          <li key={one.name}>
            <details className="integration-kept">
              <summary>
                <span className="strong">{one.title}</span> <span className="mono small quiet">{one.name}</span>
                <span className="small quiet integration-kind">{one.about}</span>
              </summary>
              <Snippet title="lamplighter.yaml" text={sourceOf(one)} />
              {one.connect.map(({ title, text }) => (
                <Snippet key={title} title={title} text={text} />
              ))}
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const SECRET: Readonly<Record<string, string>> = {
  bearer: '{ kind: bearer, secret: "${SECRET}" }',
  basic: '{ kind: basic, user: NAME, secret: "${SECRET}" }',
  hmac: '{ kind: hmac, header: X-Signature, secret: "${SECRET}" }',
  'standard-webhooks': '{ kind: standard-webhooks, secret: "${SECRET}" }',
  'routing-key': '{ kind: routing-key, secret: "${SECRET}" }',
  sns: '{ kind: sns, topics: ["arn:aws:sns:REGION:ACCOUNT:TOPIC"] }',
  mail: '{ kind: mail, secret: "${SECRET}" }',
};

function sourceOf({ name, secrets }: Integration): string {
  const secret = SECRET[secrets.find((kind) => SECRET[kind] !== undefined) ?? ''];
  return `sources:\n  - name: ${name}\n    integration: ${name}${secret === undefined ? '' : `\n    secrets: [${secret}]`}\n`;
}
