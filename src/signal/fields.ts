import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';
import { Fault } from '../core/fault.ts';

/** A name that others refer to: lower case, digits and hyphens. */
export const nameField = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/, {
  error: (issue) =>
    `"${String(issue.input)}" is not a name. Write 1 to 64 lower-case letters, digits and hyphens, such as carrier-north.`,
});

/** A Prometheus duration as text, read to milliseconds. It must be longer than zero. */
export const durationField = z
  .string({ error: 'Write a duration in quotes or plain, such as 5m or 1h30m.' })
  .transform((text, ctx) => {
    try {
      const ms = parseDuration(text);
      if (ms > 0) return ms;
      ctx.addIssue({ code: 'custom', message: `"${text}" is no time at all. Write a longer duration, such as 5m.` });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ctx.addIssue({ code: 'custom', message: error.message });
    }
    return z.NEVER;
  });

/** Labels as the configuration writes them. */
export const labelsField = z.record(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, {
    error: (issue) =>
      `"${String(issue.input)}" is not a label name. Write letters, digits and _, not beginning with a digit.`,
  }),
  z.string({ error: 'A label value is text. Put it in quotes.' }),
);

/** Something wrong in the configuration beyond one field: where (`topology.functions[2].needs[0]`) and what to write. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** Names that are used twice in a list, as problems at the second place. */
export function repeatedNames(path: string, items: readonly { readonly name: string }[]): ConfigProblem[] {
  const seen = new Set<string>();
  const problems: ConfigProblem[] = [];
  items.forEach((item, index) => {
    if (seen.has(item.name)) {
      problems.push({
        path: `${path}[${index}].name`,
        message: `The name "${item.name}" is taken by an entry above. Write another one.`,
      });
    }
    seen.add(item.name);
  });
  return problems;
}
