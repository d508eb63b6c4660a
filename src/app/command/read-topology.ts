import { readFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import { Topology, topologyProblems, topologySchema } from '../../incident/index.ts';

/** Reads a topology as JSON: the section `topology` of the configuration. @throws Fault with every mistake */
export function readTopology(path: string): Topology {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Fault('bad_request', { what: `${path} is not JSON: ${error.message}` });
  }
  const result = topologySchema.safeParse(json);
  const wrong = result.success
    ? topologyProblems(result.data).map(({ path: at, message }) => `${at}: ${message}`)
    : result.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
  if (wrong.length > 0) throw new Fault('bad_request', { what: `${path}: ${wrong.slice(0, 20).join('\n')}` });
  return new Topology(result.data!);
}
