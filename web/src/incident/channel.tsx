/** The picture of a way to a person. */
import type { PageView } from '../api-types.ts';
import {
  IconBell,
  IconBrandSlack,
  IconBrandTeams,
  IconBrandTelegram,
  IconDeviceMobile,
  IconFileText,
  IconMail,
  IconMessage2,
  IconMessages,
  IconPhoneCall,
  IconWebhook,
} from '../shell/icon.ts';

const CHANNELS = {
  voice: IconPhoneCall,
  sms: IconMessage2,
  push: IconDeviceMobile,
  ntfy: IconBell,
  telegram: IconBrandTelegram,
  slack: IconBrandSlack,
  mattermost: IconMessages,
  teams: IconBrandTeams,
  email: IconMail,
  webhook: IconWebhook,
  log: IconFileText,
};

export function ChannelIcon({ channel }: { channel: PageView['channel'] }) {
  const Icon = CHANNELS[channel];
  return <Icon size={15} aria-hidden />;
}
