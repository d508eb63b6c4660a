import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { importedFromAlertmanager } from '../../config/index.ts';

/** Prints the parts of our configuration that follow from an alertmanager.yml; what is left out goes to standard error. */
export function importAlertmanager(file: string, { json }: { readonly json?: boolean }): void {
  const { parts, left } = importedFromAlertmanager(readFileSync(file, 'utf8'), file);
  if (json) {
    console.log(JSON.stringify({ parts, left }, null, 2));
    return;
  }
  console.log(`# From ${file}. Put these parts into lamplighter.yaml, then run: lamplighter check`);
  console.log(stringify(parts, { lineWidth: 120 }).trimEnd());
  if (left.length > 0) console.error(`Not carried over:\n${left.map((line) => `- ${line}`).join('\n')}`);
}
