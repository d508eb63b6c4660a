import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import { sourceFacts, type Source } from '../config.ts';
import { readMapped, type Mapped } from '../mapped-events.ts';
import type { MappingRunner } from '../ports.ts';
import { wrongShape } from './limits.ts';

/** What came in at a source's door. */
export interface Incoming {
  /** Parsed JSON. */
  readonly body: unknown;
  readonly headers: Labels;
}

/**
 * Maps a body as its source says.
 * @param door `webhook:NAME` or `mail:NAME`
 * @param mapping another mapping than the source's, to try it
 * @throws Fault `body_invalid` saying what to fix in body or mapping
 */
export async function mapBody(
  runner: MappingRunner,
  source: Source,
  door: string,
  { body, headers }: Incoming,
  now: number,
  mapping: string = source.mapping,
): Promise<Mapped> {
  const shape = wrongShape(body);
  if (shape !== null) throw new Fault('body_invalid', { what: shape });
  const result = await runner.run(mapping, { body, headers, source: sourceFacts(source.config) });
  return readMapped(result, door, now, source.config.labels);
}
