/** Every page of the web part, by name, with the scene that shows it best. */
import { INCIDENT, type SceneName } from './mock-scene.ts';

export interface Shot {
  readonly name: string;
  readonly path: string;
  readonly scene: SceneName;
}

export const PAGES: readonly Shot[] = [
  { name: 'now-quiet', path: '/', scene: 'quiet' },
  { name: 'now-fresh', path: '/', scene: 'fresh' },
  { name: 'now-accepted', path: '/', scene: 'accepted' },
  { name: 'incident', path: `/incidents/${INCIDENT}`, scene: 'recovering' },
  { name: 'incident-sent', path: `/incidents/${INCIDENT}?tab=sent`, scene: 'recovering' },
  { name: 'incident-fresh', path: `/incidents/${INCIDENT}`, scene: 'fresh' },
  { name: 'incidents', path: '/incidents', scene: 'accepted' },
  { name: 'alerts', path: '/alerts', scene: 'accepted' },
  { name: 'maintenance', path: '/maintenance', scene: 'accepted' },
  { name: 'heartbeats', path: '/heartbeats', scene: 'accepted' },
  { name: 'partners', path: '/partners', scene: 'accepted' },
  { name: 'topology', path: '/topology', scene: 'accepted' },
  { name: 'integrations', path: '/integrations', scene: 'accepted' },
  { name: 'levels', path: '/levels', scene: 'accepted' },
  {
    name: 'level',
    path: `/levels/vehicle-heartbeats?labels=${encodeURIComponent(JSON.stringify(JSON.stringify({ city: 'berlin', carrier: 'north' })))}`,
    scene: 'recovering',
  },
  { name: 'backtests', path: '/levels/backtests', scene: 'accepted' },
  { name: 'backtest', path: '/levels/backtests/bkt-1', scene: 'accepted' },
  { name: 'level-week', path: '/levels/bookings?range=7d', scene: 'recovering' },
  { name: 'duty', path: '/duty', scene: 'quiet' },
  { name: 'observations', path: '/observations', scene: 'accepted' },
  { name: 'tickets', path: '/tickets', scene: 'accepted' },
  { name: 'ticket', path: '/tickets/ti-317', scene: 'accepted' },
  { name: 'retros', path: '/retros', scene: 'quiet' },
  { name: 'retro', path: '/retros/re-1', scene: 'recovering' },
  { name: 'improvements', path: '/improvements', scene: 'quiet' },
  { name: 'improvement', path: '/improvements/im-1', scene: 'quiet' },
  {
    name: 'explore',
    path: `/explore?q=${encodeURIComponent(JSON.stringify(['kiez_bookings_per_minute']))}`,
    scene: 'accepted',
  },
  { name: 'rules', path: '/rules', scene: 'accepted' },
  { name: 'targets', path: '/targets', scene: 'accepted' },
  { name: 'nowhere', path: '/incidents/nothing', scene: 'quiet' },
  { name: 'settings', path: '/settings', scene: 'quiet' },
  { name: 'account', path: '/account', scene: 'quiet' },
  { name: 'status', path: '/status', scene: 'accepted' },
  { name: 'status-quiet', path: '/status', scene: 'quiet' },
];
