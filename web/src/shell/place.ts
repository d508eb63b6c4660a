/** The places of the web part: one table for the rail, the bottom bar, the keys and the palette. */
import type { Me } from '../api-types.ts';
import {
  IconBarrierBlock,
  IconBellRinging,
  IconBulb,
  IconCalendarUser,
  IconChartLine,
  IconHeadset,
  IconHeartbeat,
  IconLayoutDashboard,
  IconListCheck,
  IconPhoneCall,
  IconRadar,
  IconSettings,
  IconSitemap,
  IconTelescope,
  IconTicket,
  IconUrgent,
  IconWebhook,
  IconZoomExclamation,
} from './icon.ts';

export interface Place {
  readonly key:
    | 'now'
    | 'incidents'
    | 'alerts'
    | 'maintenance'
    | 'heartbeats'
    | 'levels'
    | 'duty'
    | 'observations'
    | 'topology'
    | 'tickets'
    | 'partners'
    | 'retros'
    | 'improvements'
    | 'explore'
    | 'rules'
    | 'targets'
    | 'integrations'
    | 'settings';
  readonly to: string;
  /** Pressed after g. */
  readonly letter: string;
  readonly icon: typeof IconUrgent;
  readonly gap?: boolean;
  /** The section that begins here, named in the rail. */
  readonly section?: 'metrics';
  /** Whether it stands in the bar below on a phone; for agents in the call centre others do. */
  readonly tab?: boolean;
  readonly agentTab?: boolean;
  readonly roles?: readonly Me['role'][];
}

/** Who may see operations; call-centre agents do not need metrics. */
const READERS: readonly Me['role'][] = ['admin', 'duty', 'viewer'];

export const PLACES: readonly Place[] = [
  { key: 'now', to: '/', letter: 'n', icon: IconLayoutDashboard, tab: true, agentTab: true },
  { key: 'incidents', to: '/incidents', letter: 'i', icon: IconUrgent, tab: true, agentTab: true },
  { key: 'alerts', to: '/alerts', letter: 'a', icon: IconBellRinging },
  { key: 'maintenance', to: '/maintenance', letter: 'k', icon: IconBarrierBlock },
  { key: 'heartbeats', to: '/heartbeats', letter: 'b', icon: IconHeartbeat },
  { key: 'levels', to: '/levels', letter: 'l', icon: IconChartLine, tab: true },
  { key: 'duty', to: '/duty', letter: 'd', icon: IconCalendarUser, tab: true },
  { key: 'observations', to: '/observations', letter: 'o', icon: IconHeadset, agentTab: true },
  { key: 'topology', to: '/topology', letter: 'y', icon: IconSitemap },
  { key: 'tickets', to: '/tickets', letter: 't', icon: IconTicket, gap: true, agentTab: true },
  { key: 'partners', to: '/partners', letter: 'p', icon: IconPhoneCall },
  { key: 'retros', to: '/retros', letter: 'r', icon: IconZoomExclamation },
  { key: 'improvements', to: '/improvements', letter: 'm', icon: IconBulb },
  { key: 'explore', to: '/explore', letter: 'e', icon: IconTelescope, gap: true, section: 'metrics', roles: READERS },
  { key: 'rules', to: '/rules', letter: 'u', icon: IconListCheck, roles: READERS },
  { key: 'targets', to: '/targets', letter: 'h', icon: IconRadar, roles: READERS },
  { key: 'integrations', to: '/integrations', letter: 'w', icon: IconWebhook, roles: READERS },
  { key: 'settings', to: '/settings', letter: 's', icon: IconSettings, gap: true, roles: ['admin'] },
];
