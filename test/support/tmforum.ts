import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

const FOLDER = join(import.meta.dirname, '../../../shared/specs/tmforum');
const ALARM = join(FOLDER, 'TMF642-v4.0.0.swagger.json');
const TICKET = join(FOLDER, 'TMF621-v5.0.1.oas.yaml');

/** Why the specifications cannot be compared with, or false. */
export const skipTmForum =
  existsSync(ALARM) && existsSync(TICKET) ? false : 'the TM Forum specifications are not beside the project';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
type Check = (name: string, value: unknown) => string | null;

function checker(id: string, schemas: object, at: string): Check {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  for (const name of ['uri', 'byte', 'base64', 'float', 'int32', 'int64', 'date']) ajv.addFormat(name, true);
  ajv.addFormat('date-time', DATE_TIME);
  ajv.addSchema({ $id: id, ...schemas });
  return (name, value) => {
    const validate = ajv.getSchema(`${id}#${at}/${name}`);
    if (!validate) throw new Error(`the specification has no ${name}`);
    return validate(value) === true ? null : ajv.errorsText(validate.errors);
  };
}

/** What of a value does not fit a definition of TMF642, in words, or null. Without the specification nothing is said. */
export const alarmMisfit: Check = skipTmForum
  ? () => null
  : checker('tmf642', JSON.parse(readFileSync(ALARM, 'utf8')) as object, '/definitions');

/** The same of TMF621. */
export const ticketMisfit: Check = skipTmForum
  ? () => null
  : checker('tmf621', parse(readFileSync(TICKET, 'utf8')) as object, '/components/schemas');
