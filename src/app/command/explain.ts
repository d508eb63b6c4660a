import { readFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import { callGraph, explain, readInstant, readMeasures, TableFault } from '../../incident/index.ts';
import { readTopology } from './read-topology.ts';

interface ExplainOptions {
  readonly topology: string;
  readonly metrics: string;
  readonly normal: string;
  readonly at: string;
  readonly symptom: string;
  readonly metric?: 'latency' | 'failures';
  readonly window: number;
}

/** Ranks what caused a symptom from recorded measures, and prints the ranking as JSON. */
export function explainCommand(options: ExplainOptions): void {
  const topology = readTopology(options.topology);
  const at = readInstant(options.at);
  if (at === null)
    throw new Fault('bad_request', { what: `--at "${options.at}" is no time. Write Unix seconds or ISO 8601.` });
  const symptom = topology.named(options.symptom);
  if (symptom === null) {
    const known = topology.components.slice(0, 20).map(({ name }) => name);
    throw new Fault('bad_request', {
      what: `--symptom "${options.symptom}" is no component; there are ${known.join(', ')}`,
    });
  }
  const explanation = explain({
    graph: callGraph(topology),
    metrics: table(options.metrics),
    normal: table(options.normal),
    at,
    symptom,
    metric: options.metric,
    window: options.window,
    component: (name) => topology.component(name),
  });
  console.log(JSON.stringify({ at: new Date(at).toISOString(), ...explanation }, null, 2));
}

function table(path: string): ReturnType<typeof readMeasures> {
  try {
    return readMeasures(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof TableFault) throw new Fault('bad_request', { what: error.message });
    throw error;
  }
}
