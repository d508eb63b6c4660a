/** Who is signed in, the language, the scheme, and the way out. */
import { Menu, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Me } from '../api-types.ts';
import { call } from '../access/call.ts';
import { hush } from '../access/live.ts';
import { queryClient } from '../access/query.ts';
import { LANGUAGES, speak, useWords } from '../language/index.ts';
import {
  IconAdjustments,
  IconBellRinging,
  IconCheck,
  IconDeviceDesktop,
  IconExternalLink,
  IconLogout,
  IconMoon,
  IconSun,
} from './icon.ts';
import { useVerb } from './verb.tsx';

const SCHEMES = [
  { key: 'auto', icon: IconDeviceDesktop },
  { key: 'light', icon: IconSun },
  { key: 'dark', icon: IconMoon },
] as const;

export function Account({ me }: { me: Me }) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useVerb<void, undefined>(() => call('DELETE', '/ops/v1/session'), {
    refresh: [],
    onDone: () => {
      hush();
      queryClient.clear();
      queryClient.setQueryData(['me'], null);
    },
  });
  return (
    <div className="rail-me" onClick={(event) => event.stopPropagation()}>
      <div>
        <b>{me.name}</b>
        <span>{t(`role.${me.role}`)}</span>
      </div>
      <Menu position="top-end" width={210} shadow="md">
        <Menu.Target>
          <button type="button" className="rail-icon" aria-label={t('account.open')}>
            <IconAdjustments size={19} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('account.scheme')}</Menu.Label>
          {SCHEMES.map(({ key, icon: Icon }) => (
            <Menu.Item
              key={key}
              leftSection={<Icon size={16} />}
              rightSection={colorScheme === key ? <IconCheck size={15} /> : null}
              onClick={() => setColorScheme(key)}
            >
              {t(`account.${key}`)}
            </Menu.Item>
          ))}
          <Menu.Label>{t('account.language')}</Menu.Label>
          {LANGUAGES.map((each) => (
            <Menu.Item
              key={each}
              lang={each}
              rightSection={language === each ? <IconCheck size={15} /> : null}
              onClick={() => void speak(each)}
            >
              {t(`languageName.${each}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconBellRinging size={16} />} onClick={() => void navigate({ to: '/account' })}>
            {t('mine.title')}
          </Menu.Item>
          <Menu.Item component="a" href="/status" leftSection={<IconExternalLink size={16} />}>
            {t('account.status')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.run()}>
            {t('account.leave')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
