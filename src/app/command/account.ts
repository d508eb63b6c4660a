import { readFileSync } from 'node:fs';
import type { Role } from '../../core/actor.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';

interface AccountOptions extends DataOptions {
  readonly role: Role;
  readonly title?: string;
}

/** Makes an account, or gives it a new password and role. */
export async function accountCommand(name: string, { role, title, ...options }: AccountOptions): Promise<void> {
  const password = process.env['LAMPLIGHTER_PASSWORD'] ?? readFileSync(0, 'utf8').trim();
  await withApp(options, (app) => app.saveAccount({ name, displayName: title ?? name, role, password }));
  console.log(`The account "${name}" (${role}) can sign in.`);
}
