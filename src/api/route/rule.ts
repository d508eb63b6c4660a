import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

/** What is evaluated: rule groups, watermarks and indicators. */
export function addRuleRoutes(app: Api, { deps, metrics }: ApiContext): void {
  app.get(
    '/ops/v1/rules',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: contract.ruleList },
        summary: 'Rule groups, watermarks and indicators with their states and last ten runs',
      },
    },
    async () => ({ at: deps.clock.now(), ...(await metrics.rules()) }),
  );
}
