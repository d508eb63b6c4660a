import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { addAuth, type RouteTable } from './auth.ts';
import type { ApiContext } from './context.ts';
import { addProblems } from './problem.ts';
import { addAccessRoutes } from './route/access.ts';
import { addAccountRoutes } from './route/account.ts';
import { addAcceptRoutes } from './route/accept.ts';
import { addHookRoutes } from './route/hook.ts';
import { addPushDeviceRoutes } from './route/push-device.ts';
import { addAlertmanagerRoutes } from './route/alertmanager.ts';
import { addAlertRoutes } from './route/alert.ts';
import { addBacktestRoutes } from './route/backtest.ts';
import { addDutyChangeRoutes } from './route/duty-change.ts';
import { addDutyRoutes } from './route/duty.ts';
import { addGivenRoutes } from './route/given.ts';
import { addHealthRoutes } from './route/health.ts';
import { addHeartbeatRoutes, addPingRoutes } from './route/heartbeat.ts';
import { addImprovementRoutes } from './route/improvement.ts';
import { addCareRoutes } from './route/care.ts';
import { addIncidentRoutes } from './route/incident.ts';
import { addIngestRoutes } from './route/ingest.ts';
import { addIntegrationRoutes } from './route/integration.ts';
import { addLevelRoutes } from './route/level.ts';
import { addMaintenanceRoutes } from './route/maintenance.ts';
import { addNowRoutes } from './route/now.ts';
import { addObservationRoutes } from './route/observation.ts';
import { addMdsRoutes } from './route/mds.ts';
import { addPartnerRoutes } from './route/partner.ts';
import { addPartnerAlarmRoutes } from './route/partner-alarm.ts';
import { addPrometheusRoutes } from './route/prometheus.ts';
import { addShedding } from './shed.ts';
import { addPublicRoutes } from './route/public.ts';
import { addRetroRoutes } from './route/retro.ts';
import { addRuleRoutes } from './route/rule.ts';
import { addSourceRoutes } from './route/source/index.ts';
import { addTicketRoutes } from './route/ticket.ts';
import { addTopologyRoutes } from './route/topology.ts';
import { addWebRoutes } from './route/web.ts';

/** A server whose routes are typed by their zod schemas. */
export type Api = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const BODY_LIMIT = 1 << 20;
const REQUESTS_PER_MINUTE = 1200;

/**
 * Builds the HTTP server with every route; it does not listen yet.
 * @param logger pino's interface; request lines are logged at debug
 */
export async function buildServer(
  context: ApiContext,
  logger: FastifyBaseLogger,
): Promise<{ app: Api; routes: RouteTable }> {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: [...context.config().server.trust_proxy],
    routerOptions: { maxParamLength: 300 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    requestTimeout: 30_000,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addProblems(app);
  addShedding(app, context.load, context.shed);
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: contentSecurityPolicy(context.secure),
    strictTransportSecurity: context.secure,
  });
  await app.register(fastifyRateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    allowList: (request) => request.routeOptions.config?.rateLimit === false,
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lamplighter',
        version: context.version,
        description: 'Operations API. Instants are milliseconds since the Unix epoch; errors are RFC 9457 problems.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  const routes = addAuth(app, context.deps, context.bootstrapToken, context.secure);
  app.addHook('onSend', async (_request, reply) => {
    // A page measures "ago" by this clock: the reader's may be wrong, and the demo's runs faster.
    const { speed } = context.deps.clock;
    reply.header('lamplighter-time', `${context.deps.clock.now()}${speed === 1 ? '' : `;speed=${speed}`}`);
  });
  app.addHook('onResponse', async (request, reply) => {
    context.requests.inc({ route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) });
  });
  addHealthRoutes(app, context);
  addAccessRoutes(app, context);
  addAccountRoutes(app, context);
  addIngestRoutes(app, context);
  await addAlertmanagerRoutes(app, context);
  await addSourceRoutes(app, context);
  addIntegrationRoutes(app, context);
  addPrometheusRoutes(app, context);
  addNowRoutes(app, context);
  addHeartbeatRoutes(app, context);
  await addPingRoutes(app, context);
  addIncidentRoutes(app, context);
  addCareRoutes(app, context);
  addTopologyRoutes(app, context);
  addAlertRoutes(app, context);
  addMaintenanceRoutes(app, context);
  addDutyRoutes(app, context);
  addDutyChangeRoutes(app, context);
  addLevelRoutes(app, context);
  addGivenRoutes(app, context);
  addRuleRoutes(app, context);
  addObservationRoutes(app, context);
  addTicketRoutes(app, context);
  addRetroRoutes(app, context);
  addImprovementRoutes(app, context);
  addMdsRoutes(app, context);
  addPartnerRoutes(app, context);
  addPartnerAlarmRoutes(app, context);
  addBacktestRoutes(app, context);
  addPublicRoutes(app, context);
  addAcceptRoutes(app, context);
  addHookRoutes(app, context);
  addPushDeviceRoutes(app, context);
  await addWebRoutes(app, context);
  await app.ready();
  return { app, routes };
}

function contentSecurityPolicy(secure: boolean) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // The components of the web part set style attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      // Shows pages that come by Web Push.
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      ...(secure ? { upgradeInsecureRequests: [] } : {}),
    },
  };
}
