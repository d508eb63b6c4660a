import type { Role } from '../core/actor.ts';

/** Somebody who can sign in with a name and a password. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Argon2id in PHC form; never sent to anybody. */
  readonly passwordHash: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

/** A browser that signed in. The cookie holds a random value; only its SHA-256 is stored. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  readonly secretHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastSeenAt: number;
}

/** An API token for a program. Shown once; only its SHA-256 is stored. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Permissions the token is narrowed to; empty means all of its role. */
  readonly scopes: readonly string[];
  readonly secretHash: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}
