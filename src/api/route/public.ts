import { workCalendarOf } from '../../action/index.ts';
import { upcomingWork } from '../../alert/index.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { atomFeed } from '../view/atom.ts';
import { publicStatus } from '../view/public-status.ts';
import { statuspage } from '../view/statuspage.ts';

/** Everybody may read these from anywhere: they hold only what was told to members. */
const OPEN = {
  'access-control-allow-origin': '*',
  'cache-control': 'public, max-age=5',
  'cross-origin-resource-policy': 'cross-origin',
};

const CALENDAR_MS = 91 * 86_400_000;

/** The public's pages and feeds: status as JSON and Atom, in Statuspage's form, and the app's notices. */
export function addPublicRoutes(app: Api, context: ApiContext): void {
  const open = { config: { access: 'public' as const } };

  app.get(
    '/status/data.json',
    {
      ...open,
      schema: {
        response: { 200: contract.publicStatus },
        summary: 'Public: functions by city, and the words told to members',
      },
    },
    async (_request, reply) => reply.headers(OPEN).send(await publicStatus(context)),
  );

  for (const document of ['summary', 'status', 'components', 'incidents'] as const) {
    app.get(
      `/status/api/v2/${document}.json`,
      { ...open, schema: { summary: `Public: ${document} in Atlassian Statuspage's form` } },
      async (_request: FastifyRequest, reply: FastifyReply) => {
        const whole = statuspage(await publicStatus(context), context.config().url);
        const { page, status, components, incidents, scheduled_maintenances } = whole;
        const part = {
          summary: whole,
          status: { page, status },
          components: { page, components },
          incidents: { page, incidents },
        }[document];
        return reply.headers(OPEN).send(
          document === 'summary'
            ? {
                page,
                components,
                incidents: incidents.filter((one) => one.status !== 'resolved'),
                scheduled_maintenances,
                status,
              }
            : part,
        );
      },
    );
  }

  app.get(
    '/status/atom.xml',
    { ...open, schema: { summary: 'Public: interruptions as an Atom feed' } },
    async (_request, reply) =>
      reply
        .headers(OPEN)
        .type('application/atom+xml; charset=utf-8')
        .send(atomFeed(await publicStatus(context), context.config().url)),
  );

  app.get(
    '/status/maintenance.ics',
    { ...open, schema: { summary: 'Public: announced work of the coming 13 weeks as a calendar (iCalendar)' } },
    async (_request, reply) => {
      const at = context.deps.clock.now();
      const work = await context.deps.store.read((tx) => upcomingWork(tx, at, at + CALENDAR_MS));
      const config = context.config();
      const setting = { ...config, title: config.status_page.title ?? config.name };
      return reply
        .headers(OPEN)
        .type('text/calendar; charset=utf-8')
        .send(
          workCalendarOf(
            setting,
            work.filter(({ announced }) => announced),
            at,
          ),
        );
    },
  );

  app.get(
    '/app/v1/notices',
    { ...open, schema: { summary: 'Public: the words for the app, newest first' } },
    async (_request, reply) => {
      const { at, interruptions } = await publicStatus(context);
      const items = interruptions.flatMap(({ open: ongoing, notices }) =>
        notices.map((notice) => ({ ...notice, open: ongoing })),
      );
      return reply.headers(OPEN).send({ at, items: items.sort((a, b) => b.publishedAt - a.publishedAt) });
    },
  );

  app.get(
    '/app/v1/stream',
    {
      config: { access: 'public', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: { summary: 'Public: server-sent events when the words change' },
    },
    (_request, reply) => {
      context.live.attach(reply, ['notice'], { 'access-control-allow-origin': '*' });
    },
  );
}
