import type { Role } from '../../core/actor.ts';
import { parseDuration } from '../../core/duration.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';

interface TokenOptions extends DataOptions {
  readonly role: Role;
  readonly scope?: readonly string[];
  readonly expires?: string;
}

/** Makes an API token and prints its secret, the only time it is seen. */
export async function tokenCommand(name: string, { role, scope, expires, ...options }: TokenOptions): Promise<void> {
  const lifetime = expires === undefined ? null : parseDuration(expires);
  const secret = await withApp(options, (app) => app.makeToken({ name, role, scopes: scope ?? [], lifetime }));
  console.log(secret);
}
