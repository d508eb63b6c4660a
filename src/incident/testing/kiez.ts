import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileSources, signalSchema } from '../../signal/index.ts';
import { incidentSchema, type IncidentConfig } from '../config.ts';
import { incidentSettings, type IncidentSettings } from '../settings.ts';

const FILE = new URL('../../../examples/kiez-mobil/lamplighter.yaml', import.meta.url);

/** The parts of the example operator's configuration that the stages up to incident read. */
export function kiezConfig(): { signal: ReturnType<typeof signalSchema.parse>; incident: IncidentConfig } {
  const whole = parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>;
  const { sources, heartbeats, topology, partners, incidents } = whole;
  return {
    signal: signalSchema.parse({ sources, heartbeats }),
    incident: incidentSchema.parse({ topology, partners, incidents }),
  };
}

export function kiezSettings(): IncidentSettings {
  const { signal, incident } = kiezConfig();
  return incidentSettings(incident, compileSources(signal.sources));
}
