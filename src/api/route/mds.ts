import { Fault } from '../../core/fault.ts';
import { acceptsMds, MDS_TYPE } from '../../signal/mds/index.ts';
import type { ApiContext } from '../context.ts';
import type { Api } from '../server.ts';

const LIMIT = 8 << 20;

/** MDS 2.0, the agency's side: providers post vehicles, events and telemetry. */
export function addMdsRoutes(app: Api, { field }: ApiContext): void {
  for (const kind of ['vehicles', 'events', 'telemetry'] as const) {
    app.post(
      `/mds/${kind}`,
      {
        config: { access: 'signal.send', rateLimit: false },
        bodyLimit: LIMIT,
        schema: { summary: `MDS 2.0 agency: ${kind}` },
      },
      async (request, reply) => {
        if (!acceptsMds(request.headers.accept)) {
          return reply
            .code(406)
            .type(MDS_TYPE)
            .send(JSON.stringify({ error: 'not_acceptable', error_description: 'Version 2.0 is spoken here' }));
        }
        const answer = field.takeMds(kind, request.body);
        if (!answer) throw new Fault('route_not_found', { method: 'POST', path: request.url });
        const failed = answer.total > 0 && answer.success === 0;
        return reply
          .code(failed ? 400 : kind === 'telemetry' ? 200 : 201)
          .type(MDS_TYPE)
          .send(JSON.stringify(answer));
      },
    );
  }
}
