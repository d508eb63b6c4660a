import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import { parseMatchers } from './matcher-text.ts';
import { checkRegexes } from './matching.ts';

/** Matchers as text, such as `severity="critical"`, read once. */
export const matchersField = z.array(
  z.string().transform((text, ctx) => {
    try {
      const matchers = parseMatchers(text);
      checkRegexes(matchers);
      return matchers;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ctx.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  }),
);
