import { readFileSync } from 'node:fs';
import {
  importedFromAlertmanager,
  importedFromOnCall,
  importedFromOpsgenie,
  importedFromPagerDuty,
  importedText,
  type Imported,
} from '../../config/index.ts';

interface ImportOptions {
  readonly json?: boolean;
  /** Only the sections that follow, without name and url. */
  readonly parts?: boolean;
  readonly schedule?: string;
}

/** Prints the configuration that follows from an alertmanager.yml. */
export function importAlertmanager(file: string, options: ImportOptions): void {
  print(importedFromAlertmanager(readFileSync(file, 'utf8'), file, Date.now()), file, options);
}

const FROM = { pagerduty: importedFromPagerDuty, opsgenie: importedFromOpsgenie, oncall: importedFromOnCall };

/** Prints the configuration that follows from answers of the API of PagerDuty, Opsgenie or Grafana OnCall. */
export function importAnswers(program: keyof typeof FROM, files: readonly string[], options: ImportOptions): void {
  const read = files.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  print(FROM[program](read, { schedule: options.schedule, now: Date.now() }), files.join(', '), options);
}

function print(imported: Imported, from: string, { json, parts }: ImportOptions): void {
  if (json) return console.log(JSON.stringify(imported, null, 2));
  console.log(importedText(imported, from, { whole: parts !== true }).trimEnd());
  const { left, needs } = imported;
  if (left.length + needs.length === 0) return;
  // The words stand at the top of what is printed; who redirects it sees here that they are there.
  console.error(
    `${left.length} to be looked at, ${needs.length} to be set in the environment: the first lines say what.`,
  );
}
