import type { Observation } from '../signal/signal.ts';
import type { Incident } from './incident.ts';
import type { Topology } from './topology.ts';

/**
 * Whether an observation speaks of what an incident hurts: the same function, in a city that does not contradict.
 * @returns the reasons in words, or null
 */
export function observationFits(
  observation: Pick<Observation, 'functionName' | 'city'>,
  incident: Pick<Incident, 'functions' | 'cities'>,
  topology: Topology,
): string[] | null {
  const { functionName, city } = observation;
  if (functionName === null || !incident.functions.includes(functionName)) return null;
  if (city !== null && incident.cities.length > 0 && !incident.cities.includes(city)) return null;
  const title = topology.functions.find(({ name }) => name === functionName)?.title['en'] ?? functionName;
  const reasons = [`same function (${title})`];
  if (city !== null && incident.cities.includes(city)) reasons.push(`same city (${topology.cityTitle(city)})`);
  return reasons;
}
