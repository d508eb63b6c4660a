import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

const PATH = fileURLToPath(new URL('../../../shared/specs/alertmanager-api-v2.yaml', import.meta.url));

/** Why Alertmanager's specification cannot be asked here, or false. */
export const skipSwagger = existsSync(PATH) ? false : `there is no ${PATH}`;

/** Says what is wrong with a value that should be one of the definitions of Alertmanager's API; empty when it fits. */
export function swaggerCheck(): (definition: string, value: unknown) => readonly string[] {
  const { definitions } = parse(readFileSync(PATH, 'utf8')) as { definitions: Record<string, object> };
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text));
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addSchema({ $id: 'alertmanager', definitions });
  return (definition, value) => {
    const check = ajv.getSchema(`alertmanager#/definitions/${definition}`);
    if (!check) throw new Error(`Alertmanager's API has no ${definition}`);
    return (check(value) === true ? [] : (check.errors ?? [])).map(
      ({ instancePath, message }) => `${instancePath}: ${message}`,
    );
  };
}
