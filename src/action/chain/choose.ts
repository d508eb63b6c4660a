import type { Route } from '../../alert/route.ts';
import type { Incident, IncidentSeverity } from '../../incident/incident.ts';
import type { ChainConfig } from '../config.ts';
import { acceptanceOf } from '../care/rules.ts';
import { windowOf } from '../hours/windows.ts';
import { PAGE_CHANNELS, type ChainRun, type ChainSnapshot, type ChainStep } from '../nouns.ts';
import type { ActionSetting } from '../services.ts';

const RANK: Readonly<Record<IncidentSeverity, number>> = { critical: 3, major: 2, minor: 1 };

/** The name of the chain that is made when no configured one matches an incident that must be paged. */
const UNMATCHED = 'fallback';

/** Which chain to start, or why none. */
export type Choice =
  | { readonly kind: 'start'; readonly chain: string; readonly snapshot: ChainSnapshot; readonly reason: StartReason }
  | { readonly kind: 'none'; readonly reason: 'already-started' | 'not-louder' | 'suppressed' | 'over' | 'no-chain' };
export type StartReason = 'matched' | 'severity-raised' | 'no-chain-matches';

/**
 * Chooses the chain that an incident calls for. Pure.
 * @param runs chains that this incident has had; those that ended do not count (it was resolved in between)
 * @param routed where the route of its loudest alert leads, if routes are configured: that chain goes before the others
 * @param suppressed whether all its alerts are silenced or under maintenance
 */
export function choose(
  setting: ActionSetting,
  incident: Incident,
  runs: readonly ChainRun[],
  suppressed: boolean,
  routed: Routed | null = null,
): Choice {
  if (incident.state === 'resolved' || incident.state === 'merged') return { kind: 'none', reason: 'over' };
  if (suppressed) return { kind: 'none', reason: 'suppressed' };
  const live = runs.filter((run) => run.state !== 'ended');
  const chain = chainByRoute(setting, routed) ?? setting.chains.find((one) => matches(one, incident));
  const mustPage = incident.severity !== 'minor';
  if (!chain && !mustPage) return { kind: 'none', reason: 'no-chain' };
  const name = chain?.name ?? UNMATCHED;
  if (live.some((run) => run.chain === name)) return { kind: 'none', reason: 'already-started' };
  const loudest = Math.max(0, ...live.map((run) => RANK[run.snapshot.severity]));
  if (loudest >= RANK[incident.severity]) return { kind: 'none', reason: 'not-louder' };
  const reason = !chain ? 'no-chain-matches' : live.length > 0 ? 'severity-raised' : 'matched';
  return { kind: 'start', chain: name, snapshot: snapshotOf(setting, incident, chain ?? null), reason };
}

/** What the route of an alert says: the chain, and how often it begins again (ms; null leaves that to the chain). */
export type Routed = Pick<Route, 'receiver' | 'repeatInterval'>;

function chainByRoute(setting: ActionSetting, routed: Routed | null): ChainConfig | undefined {
  if (!routed) return undefined;
  const chain = setting.chains.find(({ name }) => name === routed.receiver);
  return chain && { ...chain, repeat: routed.repeatInterval ?? chain.repeat };
}

function matches(chain: ChainConfig, incident: Incident): boolean {
  const { severity, functions, cities } = chain.match;
  if (severity && !severity.includes(incident.severity)) return false;
  if (functions && !functions.some((name) => incident.functions.includes(name))) return false;
  return !cities || cities.some((name) => incident.cities.includes(name));
}

/** The policy as it is now, frozen for this run. Steps are put in the order of their time. */
function snapshotOf(setting: ActionSetting, incident: Incident, chain: ChainConfig | null): ChainSnapshot {
  const shared = {
    severity: incident.severity,
    people: setting.people,
    fallback: setting.duty.fallback,
    templates: setting.members.templates,
    teams: setting.teams,
    contacts: setting.contacts,
    acceptance: acceptanceOf(setting.care, chain?.acceptance),
  };
  if (!chain) {
    const by = PAGE_CHANNELS;
    const steps = [{ after: 0, onlyUnaccepted: false, do: 'page', target: 'fallback', by } as const];
    return { ...shared, steps, repeatEvery: null, maxRounds: 4 };
  }
  const steps = chain.steps.map((step) => frozen(setting, step)).toSorted((a, b) => a.after - b.after);
  return { ...shared, steps, repeatEvery: chain.repeat ?? null, maxRounds: chain.rounds };
}

/** A configured step as a run keeps it, with the windows of hours that it names. */
function frozen(setting: ActionSetting, step: ChainConfig['steps'][number]): ChainStep {
  const { only, hours, outside, alerts_at_least: alertsAtLeast, within, severity, functions, ...rest } = step;
  const base = { ...rest, onlyUnaccepted: only === 'unaccepted' };
  const asked = [hours, alertsAtLeast, severity, functions].some((one) => one !== undefined);
  if (!asked) return base;
  const when = {
    hours: windowOf(setting, hours),
    outside: outside ?? 'skip',
    alertsAtLeast: alertsAtLeast ?? null,
    within: within ?? null,
    severity: severity ?? null,
    functions: functions ?? null,
  };
  return { ...base, when };
}
