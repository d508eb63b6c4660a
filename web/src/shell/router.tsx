/** Where each address leads. Each page is a chunk of its own. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from '@tanstack/react-router';
import { useWords } from '../language/index.ts';
import { exploreSearch } from '../metric/explore-search.ts';
import { Gate } from './frame.tsx';
import { Empty } from './state.tsx';

const root = createRootRoute({ component: Gate, notFoundComponent: Nowhere });

const now = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../now/now-page.tsx'), 'NowPage'),
});
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  component: lazyRouteComponent(() => import('../incident/incident-list.tsx'), 'IncidentList'),
});
const incident = createRoute({
  getParentRoute: () => root,
  path: '/incidents/$id',
  validateSearch: (search: Record<string, unknown>): { tab?: string } =>
    typeof search['tab'] === 'string' ? { tab: search['tab'] } : {},
  component: lazyRouteComponent(() => import('../incident/incident-page.tsx'), 'IncidentPage'),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('../alert/alert-list.tsx'), 'AlertList'),
});
const maintenance = createRoute({
  getParentRoute: () => root,
  path: '/maintenance',
  component: lazyRouteComponent(() => import('../maintenance/maintenance-page.tsx'), 'MaintenancePage'),
});
const heartbeats = createRoute({
  getParentRoute: () => root,
  path: '/heartbeats',
  component: lazyRouteComponent(() => import('../heartbeat/heartbeat-page.tsx'), 'HeartbeatsPage'),
});
const levels = createRoute({
  getParentRoute: () => root,
  path: '/levels',
  component: lazyRouteComponent(() => import('../level/level-list.tsx'), 'LevelList'),
});
const level = createRoute({
  getParentRoute: () => root,
  path: '/levels/$name',
  validateSearch: (search: Record<string, unknown>): { labels?: string; range?: string } => ({
    ...(typeof search['labels'] === 'string' ? { labels: search['labels'] } : {}),
    ...(typeof search['range'] === 'string' ? { range: search['range'] } : {}),
  }),
  component: lazyRouteComponent(() => import('../level/level-page.tsx'), 'LevelPage'),
});
const backtests = createRoute({
  getParentRoute: () => root,
  path: '/levels/backtests',
  validateSearch: (search: Record<string, unknown>): { rule?: string } =>
    typeof search['rule'] === 'string' ? { rule: search['rule'] } : {},
  component: lazyRouteComponent(() => import('../level/backtest-list.tsx'), 'BacktestListPage'),
});
const backtest = createRoute({
  getParentRoute: () => root,
  path: '/levels/backtests/$id',
  component: lazyRouteComponent(() => import('../level/backtest-page.tsx'), 'BacktestPage'),
});
const duty = createRoute({
  getParentRoute: () => root,
  path: '/duty',
  component: lazyRouteComponent(() => import('../duty/duty-page.tsx'), 'DutyPage'),
});
const observations = createRoute({
  getParentRoute: () => root,
  path: '/observations',
  component: lazyRouteComponent(() => import('../observation/observation-page.tsx'), 'ObservationsPage'),
});
const topology = createRoute({
  getParentRoute: () => root,
  path: '/topology',
  validateSearch: (search: Record<string, unknown>): { incident?: string } =>
    typeof search['incident'] === 'string' ? { incident: search['incident'] } : {},
  component: lazyRouteComponent(() => import('../topology/topology-page.tsx'), 'TopologyPage'),
});
const tickets = createRoute({
  getParentRoute: () => root,
  path: '/tickets',
  component: lazyRouteComponent(() => import('../ticket/ticket-list.tsx'), 'TicketList'),
});
const ticket = createRoute({
  getParentRoute: () => root,
  path: '/tickets/$id',
  component: lazyRouteComponent(() => import('../ticket/ticket-page.tsx'), 'TicketPage'),
});
const partners = createRoute({
  getParentRoute: () => root,
  path: '/partners',
  component: lazyRouteComponent(() => import('../partner/partner-page.tsx'), 'PartnersPage'),
});
const retros = createRoute({
  getParentRoute: () => root,
  path: '/retros',
  component: lazyRouteComponent(() => import('../retro/retro-list.tsx'), 'RetroListPage'),
});
const retro = createRoute({
  getParentRoute: () => root,
  path: '/retros/$id',
  component: lazyRouteComponent(() => import('../retro/retro-page.tsx'), 'RetroPage'),
});
const improvements = createRoute({
  getParentRoute: () => root,
  path: '/improvements',
  component: lazyRouteComponent(() => import('../improvement/improvement-list.tsx'), 'ImprovementListPage'),
});
const improvement = createRoute({
  getParentRoute: () => root,
  path: '/improvements/$id',
  component: lazyRouteComponent(() => import('../improvement/improvement-page.tsx'), 'ImprovementPage'),
});
const explore = createRoute({
  getParentRoute: () => root,
  path: '/explore',
  validateSearch: exploreSearch,
  component: lazyRouteComponent(() => import('../metric/explore-page.tsx'), 'ExplorePage'),
});
const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: lazyRouteComponent(() => import('../metric/rule-page.tsx'), 'RulesPage'),
});
const targets = createRoute({
  getParentRoute: () => root,
  path: '/targets',
  component: lazyRouteComponent(() => import('../metric/target-page.tsx'), 'TargetsPage'),
});
const integrations = createRoute({
  getParentRoute: () => root,
  path: '/integrations',
  component: lazyRouteComponent(() => import('../integration/integration-page.tsx'), 'IntegrationsPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../access/settings-page.tsx'), 'SettingsPage'),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../access/account-page.tsx'), 'AccountPage'),
});

const routeTree = root.addChildren([
  now,
  incidents,
  incident,
  alerts,
  maintenance,
  heartbeats,
  levels,
  level,
  backtests,
  backtest,
  duty,
  observations,
  topology,
  tickets,
  ticket,
  partners,
  retros,
  retro,
  improvements,
  improvement,
  explore,
  rules,
  targets,
  integrations,
  settings,
  account,
]);

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function Nowhere() {
  const { t } = useWords();
  return (
    <Empty title={t('state.nowhere')} words={t('state.nowhereWords')} main>
      <Link to="/">{t('nav.now')}</Link>
    </Empty>
  );
}
