import { z } from 'zod';
import { instant, list, role } from './base.ts';

export const accountView = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  role,
  createdAt: instant,
  disabledAt: instant.nullable(),
});
export const accountList = z.object({ items: list(accountView) });
export const accountBody = z.object({
  name: z.string().min(1).max(64),
  displayName: z.string().min(1).max(100),
  role,
  password: z.string().min(12).max(200),
});
