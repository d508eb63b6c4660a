import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  acceptByButton,
  acceptByPageId,
  acceptByReply,
  receiptWork,
  replyWords,
  spokenPage,
  type LinkUse,
} from '../../action/index.ts';
import { Fault } from '../../core/fault.ts';
import type { IncidentDeps } from '../../incident/index.ts';
import type { ApiContext } from '../context.ts';
import type { Api } from '../server.ts';
import { twiml } from '../view/twiml.ts';

const LIMIT = 65_536;
const vendorParams = z.object({ vendor: z.string().max(64) });
const pageParams = z.object({ vendor: z.string().max(64), page: z.string().max(64) });

const DELIVERED = new Set(['delivered', 'read', 'completed']);
const UNDELIVERED = new Set(['undelivered', 'failed', 'no-answer', 'busy', 'canceled']);

type Hooks = ApiContext & { readonly incidentDeps: IncidentDeps & ApiContext['deps'] };

/**
 * What vendors call: receipts, answers and pressed buttons. Everybody can reach these addresses, so each request is
 * believed only by its proof: Twilio's and Slack's signature, Telegram's secret, the page's own secret for Mattermost.
 */
export function addHookRoutes(app: Api, context: ApiContext): void {
  const incidentDeps = { ...context.deps, incidents: () => context.config().incidentSettings };
  void app.register(async (scope: Api) => {
    // Signatures are over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: LIMIT }, (_request, body, done) =>
      done(null, body),
    );
    addTwilio(scope, { ...context, incidentDeps });
    addSlack(scope, { ...context, incidentDeps });
    addMattermost(scope, { ...context, incidentDeps });
    addTelegram(scope, { ...context, incidentDeps });
  });
}

const open = { config: { access: 'public' as const, rateLimit: { max: 600, timeWindow: 60_000 } } };

function addTwilio(app: Api, context: Hooks): void {
  const { deps, actions, incidentDeps } = context;
  /** The form, once the signature over the public address and every field has been checked. */
  const formOf = (request: FastifyRequest, vendor: string): Record<string, string> => {
    const form = Object.fromEntries(new URLSearchParams(textOf(request)));
    const url = context.config().url.replace(/\/+$/, '') + request.url;
    const signature = request.headers['x-twilio-signature'];
    const proved = typeof signature === 'string' && context.proofs().twilio(vendor, url, form, signature);
    if (!proved) throw notProved('X-Twilio-Signature');
    return form;
  };
  const xml = (reply: FastifyReply, body: string): FastifyReply => reply.type('text/xml; charset=utf-8').send(body);

  app.post(
    '/hooks/twilio/:vendor/status',
    { ...open, schema: { params: vendorParams, hide: true } },
    async (request, reply) => {
      const { vendor } = request.params;
      const form = formOf(request, vendor);
      const reference = form['MessageSid'] ?? form['CallSid'];
      const status = form['MessageStatus'] ?? form['CallStatus'] ?? '';
      const state = DELIVERED.has(status) ? 'delivered' : UNDELIVERED.has(status) ? 'undelivered' : null;
      if (reference !== undefined && state !== null) {
        const code = form['ErrorCode'];
        const detail = `${status}${code === undefined ? '' : `, error ${code}`}`;
        await deps.store.transact((tx) => tx.work.enqueue(receiptWork({ vendor, reference, state, detail })));
      }
      return reply.code(204).send();
    },
  );

  app.post(
    '/hooks/twilio/:vendor/message',
    { ...open, schema: { params: vendorParams, hide: true } },
    async (request, reply) => {
      const form = formOf(request, request.params.vendor);
      const answer = await acceptByReply(incidentDeps, actions, ['sms'], form['From'] ?? '', form['Body'] ?? '');
      const words =
        answer.kind === 'used'
          ? replyWords(answer.use)
          : 'No page with these digits went to this number. Reply with the six digits of the page.';
      return xml(reply, twiml.message(words));
    },
  );

  app.post(
    '/hooks/twilio/:vendor/voice/:page',
    { ...open, schema: { params: pageParams, hide: true } },
    async (request, reply) => {
      const { vendor, page } = request.params;
      formOf(request, vendor);
      const words = await spokenPage(deps, actions, page);
      if (words === null) return xml(reply, twiml.say('This page is not known any more.'));
      const action = `/hooks/twilio/${encodeURIComponent(vendor)}/digits/${encodeURIComponent(page)}`;
      return xml(reply, twiml.ask(words, 'Press 1 to accept.', action));
    },
  );

  app.post(
    '/hooks/twilio/:vendor/digits/:page',
    { ...open, schema: { params: pageParams, hide: true } },
    async (request, reply) => {
      const { vendor, page } = request.params;
      const form = formOf(request, vendor);
      if (form['Digits'] !== '1') return xml(reply, twiml.say('Not accepted. The next step of the chain follows.'));
      const use = await acceptByPageId(incidentDeps, actions, page);
      return xml(reply, twiml.say(use ? replyWords(use) : 'This page is not known any more.'));
    },
  );
}

const slackPayload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

function addSlack(app: Api, context: Hooks): void {
  app.post('/hooks/slack', { ...open, schema: { hide: true } }, async (request, reply) => {
    const body = textOf(request);
    const time = headerOf(request, 'x-slack-request-timestamp');
    const signature = headerOf(request, 'x-slack-signature');
    if (!context.proofs().slack(body, time, signature)) throw notProved('X-Slack-Signature');
    const payload = slackPayload.safeParse(jsonOf(new URLSearchParams(body).get('payload') ?? ''));
    const pressed = payload.data?.actions.find((one) => one.action_id === 'accept' && one.value !== undefined);
    if (!payload.success || !pressed) return reply.code(200).send();
    // A direct message reaches one member; whoever else sees the button cannot press it for them.
    const use = await acceptByButton(context.incidentDeps, context.actions, pressed.value!, payload.data.user.id);
    return reply.type('application/json').send(JSON.stringify({ response_type: 'ephemeral', text: wordsOf(use) }));
  });
}

const mattermostBody = z.object({ context: z.object({ secret: z.string().min(20).max(100) }) });

function addMattermost(app: Api, context: Hooks): void {
  app.post('/hooks/mattermost', { ...open, schema: { hide: true } }, async (request, reply) => {
    const body = mattermostBody.safeParse(jsonOf(textOf(request)));
    // The secret travels between the servers only and is the proof.
    const secret = body.data?.context.secret;
    const use = secret === undefined ? null : await acceptByButton(context.incidentDeps, context.actions, secret, null);
    if (!use) throw notProved('the secret of the page in context.secret');
    return reply.type('application/json').send(JSON.stringify({ ephemeral_text: wordsOf(use) }));
  });
}

const telegramBody = z.object({
  callback_query: z.object({
    id: z.string(),
    from: z.object({ id: z.number() }),
    data: z.string().max(64).optional(),
  }),
});

function addTelegram(app: Api, context: Hooks): void {
  app.post('/hooks/telegram', { ...open, schema: { hide: true } }, async (request, reply) => {
    if (!context.proofs().telegram(headerOf(request, 'x-telegram-bot-api-secret-token'))) {
      throw notProved('X-Telegram-Bot-Api-Secret-Token');
    }
    const body = telegramBody.safeParse(jsonOf(textOf(request)));
    const query = body.data?.callback_query;
    if (query?.data === undefined) return reply.code(200).send();
    const use = await acceptByButton(context.incidentDeps, context.actions, query.data, String(query.from.id));
    // A webhook may answer with the method to call (Telegram Bot API, "Making requests when getting updates").
    const answer = { method: 'answerCallbackQuery', callback_query_id: query.id, text: wordsOf(use).slice(0, 200) };
    return reply.type('application/json').send(JSON.stringify(answer));
  });
}

function wordsOf(use: LinkUse | null): string {
  return use ? replyWords(use) : 'Only the person that this page was sent to can accept it here.';
}

function textOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function notProved(what: string): Fault {
  return new Fault('signature_wrong', { what });
}
