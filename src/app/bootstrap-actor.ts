import { hashSecret } from '../access/index.ts';
import type { Actor } from '../core/actor.ts';

/** The token handed in by the environment: an agent that may send signals, record observations and look. */
export function bootstrapActor(secret: string | null): (presented: string) => Actor | null {
  if (secret === null || secret.length < 32) return () => null;
  const hash = hashSecret(secret);
  const actor: Actor = {
    kind: 'token',
    id: 'bootstrap',
    name: 'Token of the environment',
    roles: ['agent'],
    scopes: ['signal.send', 'observation.record', 'view.operations'],
  };
  return (presented) => (hashSecret(presented) === hash ? actor : null);
}
