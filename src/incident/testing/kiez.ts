import { parse } from 'yaml';
import { compileSources, signalSchema } from '../../signal/index.ts';
import { incidentSchema, type IncidentConfig } from '../config.ts';
import { incidentSettings, type IncidentSettings } from '../settings.ts';

/** Where the example lies; tests read it and hand it in, since stages read no files. */
export const KIEZ = new URL('../../../examples/kiez-mobil/lamplighter.yaml', import.meta.url);

/** The parts of the example operator's configuration that the stages up to incident read. */
export function kiezConfig(text: string): { signal: ReturnType<typeof signalSchema.parse>; incident: IncidentConfig } {
  const whole = parse(text) as Record<string, unknown>;
  const { sources, heartbeats, topology, partners, incidents } = whole;
  return {
    signal: signalSchema.parse({ sources, heartbeats }),
    incident: incidentSchema.parse({ topology, partners, incidents }),
  };
}

/** The example's settings, made ready. */
export function kiezSettings(text: string): IncidentSettings {
  const { signal, incident } = kiezConfig(text);
  return incidentSettings(incident, compileSources(signal.sources));
}
