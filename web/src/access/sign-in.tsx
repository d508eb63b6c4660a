/** Signing in with a name and a password. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Me } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { Refusal, useVerb } from '../shell/verb.tsx';
import { call } from './call.ts';
import { queryClient } from './query.ts';

export function SignIn() {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const enter = useVerb((body: { name: string; password: string }) => call<Me>('POST', '/ops/v1/session', body), {
    refresh: [],
    announceFailure: false,
    onDone: (me) => queryClient.setQueryData(['me'], me),
  });
  return (
    <div className="sign-in">
      <div className="sign-in-scene">
        <img src="/lamp.svg" alt="" />
        <p>{t('signIn.line')}</p>
        <span>{t('signIn.words')}</span>
      </div>
      <main className="sign-in-form">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            enter.run({ name, password });
          }}
        >
          <div>
            <h1>{t('signIn.title')}</h1>
            <p className="quiet">Lamplighter</p>
          </div>
          <TextInput
            label={t('signIn.name')}
            name="name"
            autoComplete="username"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            withAsterisk={false}
            size="md"
            autoFocus
          />
          <PasswordInput
            label={t('signIn.password')}
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            required
            withAsterisk={false}
            size="md"
          />
          <Refusal error={enter.error} />
          <Button type="submit" size="md" loading={enter.pending}>
            {t('signIn.enter')}
          </Button>
          <a className="small" href="/status">
            {t('account.status')}
          </a>
        </form>
      </main>
    </div>
  );
}
