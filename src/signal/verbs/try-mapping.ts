import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import { sourceFacts, type SourceConfig } from '../config.ts';
import { wrongShape } from '../door/limits.ts';
import { compileMapping } from '../mapping.ts';
import { readMapped, type Mapped } from '../mapped-events.ts';
import type { MappingRunner } from '../ports.ts';

/** What a body would become, or what is wrong with it; nothing is stored. */
export interface Tried extends Mapped {
  readonly error: {
    readonly part: 'body' | 'mapping' | 'result';
    readonly message: string;
    /** The character of the body or the mapping, from 1, where it is known. */
    readonly position: number | null;
  } | null;
}

const NOTHING: Mapped = { events: [], acknowledgements: [], changes: [] };

/**
 * Tries a mapping on a body as it would come.
 * @param input.source the source whose labels and name the mapping sees
 * @throws Fault `forbidden`, `overloaded`
 */
export async function tryMapping(
  deps: { readonly mappings: MappingRunner; readonly clock: { now(): number } },
  actor: Actor,
  input: {
    readonly raw: string;
    readonly headers: Labels;
    readonly mapping: string;
    readonly source: Pick<SourceConfig, 'name' | 'title' | 'partner' | 'labels'>;
  },
): Promise<Tried> {
  permit(actor, 'signal.settle');
  const { raw, headers, mapping, source } = input;
  let body: unknown;
  try {
    body = JSON.parse(raw) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return wrong('body', `The body is not JSON: ${message}`, positionIn(message, /position (\d+)/, 1));
  }
  const shape = wrongShape(body);
  if (shape !== null) return wrong('body', `The body is refused: ${shape}`, null);
  let result: unknown;
  try {
    compileMapping(mapping);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    result = await deps.mappings.run(mapping, { body, headers: lower, source: sourceFacts(source as SourceConfig) });
  } catch (error) {
    if (!(error instanceof Fault) || error.retryable) throw error;
    return wrong('mapping', error.message, positionIn(error.message, /at character (\d+)/, 0));
  }
  try {
    return { ...readMapped(result, `webhook:${source.name}`, deps.clock.now(), source.labels), error: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return wrong('result', error.message, null);
  }
}

function wrong(part: 'body' | 'mapping' | 'result', message: string, position: number | null): Tried {
  return { ...NOTHING, error: { part, message, position } };
}

function positionIn(message: string, pattern: RegExp, plus: number): number | null {
  const found = pattern.exec(message)?.[1];
  return found === undefined ? null : Number(found) + plus;
}
