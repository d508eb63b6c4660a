import { Liquid } from 'liquidjs';

/** What a template may name. */
const PLACEHOLDERS = ['functions', 'cities', 'start', 'incident', 'operator'] as const;
export type Placeholders = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

/**
 * Templates are text with placeholders, not programs: no files, no inherited properties, and hard limits on size, time
 * (ms) and memory, because whoever edits the configuration must not be able to stop the process that pages.
 */
const engine = new Liquid({
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  templates: {},
  parseLimit: 10_000,
  renderLimit: 200,
  memoryLimit: 200_000,
  cache: 200,
  // Else it asks Intl for the machine's language as soon as it is loaded, which takes 9 MB (core/zone.ts).
  locale: 'en',
});

/** What is wrong with a template's text, in words, or null. */
export function templateProblem(text: string): string | null {
  const known = PLACEHOLDERS.map((name) => `{{ ${name} }}`).join(', ');
  if (/\{%/.test(text)) return `Only placeholders are filled in: ${known}. Take out {% %}.`;
  try {
    const strange = engine
      .globalVariablesSync(engine.parse(text))
      .filter((name) => !(PLACEHOLDERS as readonly string[]).includes(name));
    return strange.length > 0 ? `There is no {{ ${strange[0]!} }}. Write one of ${known}.` : null;
  } catch (error) {
    return `The template does not parse: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Fills a template in. @throws when it does not parse: the configuration's check has refused such a template before */
export function fillTemplate(text: string, values: Placeholders): string {
  return String(engine.parseAndRenderSync(text, values));
}
