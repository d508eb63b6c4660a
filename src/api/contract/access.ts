import { z } from 'zod';
import { instant, list, role } from './base.ts';

export const signInBody = z.object({ name: z.string().min(1).max(100), password: z.string().min(1).max(200) });
export const me = z.object({
  kind: z.enum(['person', 'token']),
  id: z.string(),
  name: z.string(),
  role,
  permissions: list(z.string()),
  /** The person of the duty plan behind this account, if any. */
  person: z.string().nullable(),
  operator: z.string().describe('name of the service, from the configuration'),
  languages: list(z.string()),
  version: z.string(),
});
export const person = z.object({ id: z.string(), name: z.string() });
export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  scopes: list(z.string()),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export const tokenBody = z.object({
  name: z.string().min(1).max(100),
  role,
  scopes: list(z.string()).default([]),
  expiresIn: z.string().optional().describe('a duration such as 90d; never if left out'),
});
export const tokenCreated = tokenView.extend({ secret: z.string().describe('shown once') });
