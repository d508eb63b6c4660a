import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import { compileMapping } from './mapping.ts';

/** A JSONata mapping as text; what may not run is refused with its place. */
export const mappingField = z
  .string()
  .max(50_000)
  .superRefine((text, ctx) => {
    try {
      compileMapping(text);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ctx.addIssue({ code: 'custom', message: error.message });
    }
  });
