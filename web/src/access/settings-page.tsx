/** Settings: API tokens, for administrators. Everything else is configuration, kept as code. */
import { Button, CopyButton, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Me, TokenCreated, TokenView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { IconKey, IconPlus } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { call } from './call.ts';
import { useMe } from './query.ts';

const ROLES = ['agent', 'viewer', 'duty', 'admin'] as const;
const LENGTHS = ['30d', '90d', '365d', 'never'] as const;
/** What a token for a sender needs, offered as one choice because it is the usual one. */
const SENDER = 'signal.send';

export function SettingsPage() {
  const { t } = useWords();
  const me = useMe().data;
  const [making, setMaking] = useState(false);
  const [created, setCreated] = useState<TokenCreated | null>(null);
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: () => call<{ items: TokenView[] }>('GET', '/ops/v1/tokens'),
  });
  return (
    <div className="page">
      <PageHead title={t('nav.settings')} words={t('settings.words')} />
      {created === null ? null : <Secret token={created} onClose={() => setCreated(null)} />}
      <Panel
        title={t('settings.tokens')}
        flush
        side={
          <Button variant="default" size="xs" leftSection={<IconPlus size={15} />} onClick={() => setMaking(true)}>
            {t('settings.newToken')}
          </Button>
        }
      >
        <Asked query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('settings.none')} words={t('settings.noneWords')} icon={<IconKey size={22} />} />
            ) : (
              <Tokens items={items} />
            )
          }
        </Asked>
      </Panel>
      {me === null || me === undefined ? null : <About me={me} />}
      {making ? <NewToken onClose={() => setMaking(false)} onCreated={setCreated} /> : null}
    </div>
  );
}

function About({ me }: { me: Me }) {
  const { t } = useWords();
  return (
    <Panel title={t('settings.about')}>
      <dl className="fact-grid">
        <div>
          <dt>{t('settings.operator')}</dt>
          <dd>{me.operator}</dd>
        </div>
        <div>
          <dt>{t('settings.version')}</dt>
          <dd>{me.version}</dd>
        </div>
        <div>
          <dt>{t('settings.api')}</dt>
          <dd>
            <a href="/ops/v1/openapi.json">OpenAPI</a>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function Secret({ token, onClose }: { token: TokenCreated; onClose: () => void }) {
  const { t } = useWords();
  return (
    <section className="panel panel-body stack" role="status" style={{ paddingTop: 18 }}>
      <p className="strong">{t('settings.secret', { name: token.name })}</p>
      <code className="mono break">{token.secret}</code>
      <div className="row">
        <CopyButton value={token.secret}>
          {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'settings.copied' : 'settings.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          {t('action.close')}
        </Button>
      </div>
    </section>
  );
}

function Tokens({ items }: { items: readonly TokenView[] }) {
  const { t } = useWords();
  const revoke = useVerb((id: string) => call('DELETE', `/ops/v1/tokens/${id}`), {
    done: t('settings.revoked'),
    refresh: ['tokens'],
  });
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('settings.tokens')}>
      <table className="table stacks">
        <thead>
          <tr>
            <th scope="col">{t('field.name')}</th>
            <th scope="col">{t('settings.role')}</th>
            <th scope="col">{t('settings.made')}</th>
            <th scope="col">{t('settings.used')}</th>
            <th scope="col">{t('settings.expires')}</th>
            <th scope="col">
              <span className="hidden-words">{t('settings.revoke')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((token) => (
            <tr key={token.id}>
              <td>
                <span className="strong">{token.name}</span>
                {token.scopes.length === 0 ? null : <span className="mono quiet"> {token.scopes.join(', ')}</span>}
              </td>
              <td data-label={t('settings.role')}>{t(`role.${token.role}`)}</td>
              <td data-label={t('settings.made')} className="number">
                <When at={token.createdAt} show="absolute" /> <span className="quiet">{token.createdBy}</span>
              </td>
              <td data-label={t('settings.used')} className="number">
                {token.lastUsedAt === null ? t('settings.never') : <When at={token.lastUsedAt} show="relative" />}
              </td>
              <td data-label={t('settings.expires')} className="number">
                {token.expiresAt === null ? t('settings.never') : <When at={token.expiresAt} show="absolute" />}
              </td>
              <td className="right">
                {token.revokedAt === null ? (
                  <Button variant="default" size="xs" onClick={() => revoke.run(token.id)}>
                    {t('settings.revoke')}
                  </Button>
                ) : (
                  <span className="quiet">{t('settings.isRevoked')}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NewToken({ onClose, onCreated }: { onClose: () => void; onCreated: (token: TokenCreated) => void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [use, setUse] = useState<string>('sender');
  const [role, setRole] = useState<string>('viewer');
  const [length, setLength] = useState<string>('90d');
  const verb = useVerb((body: object) => call<TokenCreated>('POST', '/ops/v1/tokens', body), {
    refresh: ['tokens'],
    announceFailure: false,
    onDone: (token) => {
      onCreated(token);
      onClose();
    },
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('settings.newToken')}
      submit={t('settings.newToken')}
      pending={verb.pending}
      error={verb.error}
      disabled={name.trim() === ''}
      onSubmit={() =>
        verb.run({
          name: name.trim(),
          role: use === 'sender' ? 'agent' : role,
          scopes: use === 'sender' ? [SENDER] : [],
          ...(length === 'never' ? {} : { expiresIn: length }),
        })
      }
    >
      <TextInput
        label={t('field.name')}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label={t('settings.use')}
        data={(['sender', 'program'] as const).map((value) => ({ value, label: t(`settings.uses.${value}`) }))}
        value={use}
        onChange={(value) => setUse(value ?? use)}
        allowDeselect={false}
      />
      {use === 'program' ? (
        <Select
          label={t('settings.role')}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          value={role}
          onChange={(value) => setRole(value ?? role)}
          allowDeselect={false}
        />
      ) : null}
      <Select
        label={t('settings.expires')}
        data={LENGTHS.map((value) => ({ value, label: t(`settings.lengths.${value}`) }))}
        value={length}
        onChange={(value) => setLength(value ?? length)}
        allowDeselect={false}
      />
    </VerbDialog>
  );
}
