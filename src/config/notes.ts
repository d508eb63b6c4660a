import type { Config } from './index.ts';

/**
 * What is no mistake and yet rarely meant: one sentence each, with what to write instead. `lamplighter check` prints them.
 * @param filesOf the files that a pattern of `rules` names
 */
export function configNotes(config: Config, filesOf: (pattern: string) => readonly unknown[]): string[] {
  const { rules, topology, chains, partners, languages } = config;
  const notes: string[] = [];
  for (const pattern of rules) {
    if (typeof pattern === 'string' && filesOf(pattern).length === 0) {
      notes.push(`rules: no file fits "${pattern}"; patterns are relative to the configuration file`);
    }
  }
  const cycle = cycleOf(new Map(topology.components.map(({ name, needs }) => [name, needs])));
  if (cycle !== null) {
    notes.push(
      `topology: ${cycle.join(' needs ')}: none of them can be told as the cause of the others; leave one need out`,
    );
  }
  for (const { name, title } of topology.functions) {
    const missing = typeof title === 'string' ? undefined : languages.find((language) => title[language] === undefined);
    if (missing !== undefined)
      notes.push(`topology.functions: "${name}" has no title in ${missing}; members read another language`);
  }
  const named = new Set(
    chains.flatMap(({ steps }) => steps.flatMap((step) => ('partner' in step ? [step.partner] : []))),
  );
  for (const partner of partners) {
    const told = named.has('cause') || named.has(partner.name);
    if (told && partner.email === undefined && partner.webhook === undefined && partner.tickets === undefined) {
      notes.push(`partners: chains contact "${partner.name}", which has neither email nor webhook nor tickets`);
    }
  }
  if (chains.length === 0)
    notes.push('chains: there is none, so an incident pages nobody; write one with a step do: page');
  return notes;
}

/** Names that need each other in a ring, the first one again at the end; null when there is none. */
function cycleOf(needs: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (name: string, above: readonly string[]): string[] | null => {
    if (above.includes(name)) return [...above.slice(above.indexOf(name)), name];
    if (done.has(name)) return null;
    done.add(name);
    for (const need of needs.get(name) ?? []) {
      const found = walk(need, [...above, name]);
      if (found) return found;
    }
    return null;
  };
  for (const name of needs.keys()) {
    const found = walk(name, []);
    if (found) return found;
  }
  return null;
}
