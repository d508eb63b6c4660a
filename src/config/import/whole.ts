import { stringify } from 'yaml';
import type { Imported } from './draft.ts';

/** The order of the sections, as in the starter. */
const ORDER = [
  'people',
  'teams',
  'duty',
  'alerts',
  'inhibit',
  'maintenance',
  'route',
  'sources',
  'heartbeats',
  'chains',
  'outside',
];

/**
 * An import as text: a whole configuration, or its parts alone, under what could not be carried over and what the
 * environment must have.
 * @param from the program and the files
 */
export function importedText(
  { parts, left, needs }: Imported,
  from: string,
  { whole }: { readonly whole: boolean },
): string {
  const comment = (line: string): string => `# ${line}`.trimEnd();
  const named = ORDER.filter((name) => parts[name] !== undefined);
  const known = [...named, ...Object.keys(parts).filter((name) => !named.includes(name))];
  const sections = known
    .filter((name) => Object.keys(parts[name] as object).length > 0)
    .map((name) => stringify({ [name]: parts[name] }, { lineWidth: 0 }).trimEnd());
  return [
    comment(`From ${from}. Check it with: npx lamplighter check`),
    ...(left.length === 0
      ? []
      : [comment(''), comment('To be looked at:'), ...left.map((line) => comment(`- ${line}`))]),
    ...(needs.length === 0
      ? []
      : [
          comment(''),
          comment('To be set in the environment, because no secret is written here:'),
          ...needs.map(({ name, what }) => comment(`- ${name}: ${what}`)),
        ]),
    '',
    ...(whole ? ['name: My service', 'url: ${LAMPLIGHTER_URL:-http://localhost:8642}', ''] : []),
    ...sections.flatMap((section) => [section, '']),
  ].join('\n');
}
