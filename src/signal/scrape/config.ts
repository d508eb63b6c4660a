import { z } from 'zod';
import { durationField, labelsField } from '../fields.ts';

const PLAIN = /^(\[[0-9a-fA-F:.]+\]|[^\s:/?#@]+):\d{1,5}$/;
const DEFAULT_TIMEOUT_MS = 10_000;
const OWN_LABELS = new Set(['job', 'instance']);

const targetField = z.string().superRefine((text, ctx) => {
  if (PLAIN.test(text)) return;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.hash === '') return;
  const message = `"${text}" is no target. Write host:port such as 10.1.0.5:9100, or an address such as https://node.example/metrics.`;
  ctx.addIssue({ code: 'custom', message });
});

const jobSchema = z
  .strictObject({
    job: z.string().min(1, 'Write a name for the job, such as node.').max(200),
    every: durationField.prefault('30s'),
    /** 10s, or the interval if that is shorter. */
    timeout: durationField.optional(),
    scheme: z.enum(['http', 'https']).default('http'),
    path: z
      .string()
      .regex(/^\/[^\s#]*$/, 'Write a path such as /metrics.')
      .default('/metrics'),
    targets: z.array(targetField).min(1, 'Name at least one target.').max(10_000),
    labels: labelsField.default({}),
    authorization: z
      .strictObject({
        type: z
          .string()
          .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'Write a scheme such as Bearer.')
          .default('Bearer'),
        credentials: z
          .string()
          .min(1)
          .regex(/^[\x20-\x7e]+$/, 'Write printable ASCII in one line.'),
      })
      .nullable()
      .default(null),
    /** Whether labels of the page win over `job`, `instance` and `labels`; if not, they become exported_NAME. */
    honor_labels: z.boolean().default(false),
    /** More samples than this fail the scrape. */
    sample_limit: z.int().positive().nullable().default(null),
  })
  .superRefine((job, ctx) => {
    if (job.timeout !== undefined && job.timeout > job.every) {
      ctx.addIssue({ code: 'custom', path: ['timeout'], message: 'Write a timeout that is not longer than "every".' });
    }
    for (const name of Object.keys(job.labels)) {
      if (!OWN_LABELS.has(name)) continue;
      const message = `The label ${name} is set by the scrape itself. Write another name.`;
      ctx.addIssue({ code: 'custom', path: ['labels', name], message });
    }
  })
  .transform((job) => ({ ...job, timeout: job.timeout ?? Math.min(job.every, DEFAULT_TIMEOUT_MS) }));

/** `scrape`: which pages of metrics are fetched, and how often. */
export const scrapeSchema = z
  .array(jobSchema)
  .default([])
  .superRefine((jobs, ctx) => {
    const names = new Set<string>();
    jobs.forEach(({ job, targets }, index) => {
      if (names.has(job)) {
        const message = `The job "${job}" is there already. Write another name, or add the targets to it.`;
        ctx.addIssue({ code: 'custom', path: [index, 'job'], message });
      }
      names.add(job);
      const seen = new Set<string>();
      targets.forEach((target, at) => {
        if (seen.has(target)) {
          const message = `The target ${target} is listed twice in this job. Leave it out here.`;
          ctx.addIssue({ code: 'custom', path: [index, 'targets', at], message });
        }
        seen.add(target);
      });
    });
  });

export type ScrapeJob = z.output<typeof jobSchema>;
