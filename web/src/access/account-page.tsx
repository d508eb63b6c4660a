/** How I am paged: the addresses of the configuration, and the browsers that show my pages. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { PushDeviceList } from '../api-types.ts';
import { ChannelIcon } from '../incident/channel.tsx';
import { useWords } from '../language/index.ts';
import { IconDeviceMobile, IconPlus } from '../shell/icon.ts';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { call } from './call.ts';
import { canPush, deviceName, subscribe } from './push.ts';

export function AccountPage() {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['push-devices'],
    queryFn: () => call<PushDeviceList>('GET', '/ops/v1/push-devices'),
  });
  return (
    <div className="page">
      <PageHead title={t('mine.title')} words={t('mine.words')} />
      <Asked query={query}>
        {(list) => (
          <>
            <Ways ways={list.ways} />
            <Devices list={list} />
          </>
        )}
      </Asked>
    </div>
  );
}

function Ways({ ways }: { ways: PushDeviceList['ways'] }) {
  const { t } = useWords();
  return (
    <Panel title={t('mine.ways')} flush>
      {ways.length === 0 ? <p className="quiet panel-body">{t('mine.noWays')}</p> : null}
      <ul className="list">
        {ways.map(({ channel, address }) => (
          <li key={channel} className="list-row">
            <div className="row">
              <ChannelIcon channel={channel} />
              <span className="strong" style={{ minWidth: '5.5rem' }}>
                {t(`channel.${channel}`)}
              </span>
              <span className="quiet break">{address}</span>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Devices({ list }: { list: PushDeviceList }) {
  const { t } = useWords();
  const add = useVerb(
    async (key: string) => {
      const { endpoint, keys } = await subscribe(key);
      const { p256dh = '', auth = '' } = keys ?? {};
      return call('POST', '/ops/v1/push-devices', { name: deviceName(), endpoint, keys: { p256dh, auth } });
    },
    { done: t('mine.added'), refresh: ['push-devices'] },
  );
  const remove = useVerb((id: string) => call('DELETE', `/ops/v1/push-devices/${id}`), {
    done: t('mine.removed'),
    refresh: ['push-devices'],
  });
  const why = list.available ? (canPush() ? null : t('mine.cannot')) : t('mine.notConfigured');
  return (
    <Panel
      title={t('mine.devices')}
      flush
      side={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={15} />}
          disabled={why !== null}
          loading={add.pending}
          onClick={() => add.run(list.key)}
        >
          {t('mine.add')}
        </Button>
      }
    >
      {why === null ? null : <p className="quiet small panel-body">{why}</p>}
      {list.items.length === 0 ? (
        <Empty title={t('mine.none')} words={t('mine.noneWords')} icon={<IconDeviceMobile size={22} />} />
      ) : null}
      <ul className="list">
        {list.items.map((device) => (
          <li key={device.id} className="list-row">
            <div className="row" style={{ justifyContent: 'space-between', flexWrap: 'nowrap' }}>
              <span>
                <span className="strong">{device.name}</span>
                <span className="small quiet">
                  {' '}
                  {device.service} · <When at={device.createdAt} show="absolute" />
                </span>
              </span>
              <Button variant="default" size="xs" style={{ flexShrink: 0 }} onClick={() => remove.run(device.id)}>
                {t('mine.remove')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
