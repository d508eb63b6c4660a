import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

const MAX_SPAN_MS = 62 * 86_400_000;

/** The indicators: what was expected at this hour, and what is. */
export function addLevelRoutes(app: Api, context: ApiContext): void {
  const { deps, metrics } = context;

  app.get(
    '/ops/v1/indicators',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: contract.indicatorList },
        summary: 'Indicators with their state against the expected level',
      },
    },
    async () => ({ at: deps.clock.now(), items: await metrics.indicators() }),
  );

  app.get(
    '/ops/v1/indicators/:name/series',
    {
      config: { access: 'view.operations' },
      schema: {
        params: z.object({ name: z.string() }),
        querystring: contract.levelQuery,
        response: { 200: contract.levelSeries },
        summary: 'One series with its band, last week and alarms',
      },
    },
    async (request) => {
      const { from, to } = request.query;
      if (!(to > from) || to - from > MAX_SPAN_MS)
        throw new Fault('bad_request', { what: '"to" must lie after "from", at most 62 days.' });
      const labels = labelsOf(request.query.labels);
      const level = await metrics.level(request.params.name, labels, from, to);
      if (!level) throw new Fault('not_found', { what: 'indicator', id: request.params.name });
      const alerts = await deps.store.read((tx) =>
        tx.alerts.list({ states: ['firing', 'resolved'], since: from, limit: 500 }),
      );
      const alarms = alerts.items
        .filter((alert) => alert.firedAt !== null && alert.firedAt < to && belongs(alert.labels, level.labels))
        .filter(
          (alert) =>
            alert.labels['indicator'] === level.name ||
            level.marks.some(({ name }) => name === alert.name || name === alert.labels['watermark']),
        )
        .map((alert) => ({
          from: alert.firedAt!,
          to: alert.resolvedAt,
          name: alert.name,
          incidentId: alert.incidentId,
        }));
      return { ...level, alarms };
    },
  );
}

function labelsOf(text: string): Labels {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw new Fault('bad_request', { what: '"labels" is a JSON object of strings, such as {"city":"berlin"}.' });
  }
}

/** Whether the alert carries all labels of the series. */
function belongs(alert: Labels, series: Labels): boolean {
  return Object.entries(series).every(([name, value]) => alert[name] === value);
}
