import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../core/fault.ts';
import type { SnsDeps } from '../../../signal/index.ts';
import type { ApiContext } from '../../context.ts';
import type { Api } from '../../server.ts';
import { addDoorRoutes } from './door.ts';
import { addOpsgenieRoutes } from './opsgenie.ts';
import { addPagerDutyRoutes } from './pagerduty.ts';

/** What the doors of sources share. */
export interface DoorTools {
  readonly deps: SnsDeps;
  /** Reads JSON whatever it is labelled as. @throws Fault `body_invalid` */
  readonly readJson: (request: FastifyRequest, raw: Buffer) => Promise<unknown>;
}

/** The doors of the configured sources. Each sees the body as it came, because signatures are made over its bytes. */
export async function addSourceRoutes(app: Api, context: ApiContext): Promise<void> {
  const parse = app.getDefaultJsonParser('error', 'error');
  const tools: DoorTools = {
    deps: {
      ...context.deps,
      sources: () => context.config().compiledSources,
      mappings: context.mappings,
      read: context.read,
      certificates: new Map(),
    },
    readJson: (request, raw) =>
      new Promise((resolve, reject) => {
        const text = raw.toString('utf8');
        if (/^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? ''))
          return resolve(formOf(text));
        if (text.trim() === '') return reject(new Fault('body_invalid', { what: 'it is empty; send JSON' }));
        void parse(request, text, (error, value) => {
          if (!error) return resolve(value);
          const why = error instanceof SyntaxError ? `: ${error.message}` : '';
          reject(new Fault('body_invalid', { what: `it is not JSON, or reaches for a prototype${why}` }));
        });
      }),
  };
  await app.register(async (scope) => {
    const doors = scope as Api;
    doors.removeAllContentTypeParsers();
    doors.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    addDoorRoutes(doors, tools);
    addPagerDutyRoutes(doors, tools);
    await doors.register(async (inner) => addOpsgenieRoutes(inner as Api, tools));
  });
}

/** The fields of a form as one object of texts: for senders in a shell, which need not write JSON then. */
function formOf(text: string): Readonly<Record<string, string>> {
  const fields = new Map([...new URLSearchParams(text)].slice(0, 200));
  for (const name of ['__proto__', 'constructor', 'prototype']) fields.delete(name);
  return Object.fromEntries(fields);
}
