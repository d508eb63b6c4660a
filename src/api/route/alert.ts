import { z } from 'zod';
import { expireSilence, silence } from '../../alert/index.ts';
import type { Alert, AlertSeverity, LabelMatcher } from '../../alert/alert.ts';
import { parseMatchers } from '../../alert/matcher-text.ts';
import { checkMatchers, matchesAll } from '../../alert/matching.ts';
import type { AlertFilter, ShortAlert } from '../../alert/ports.ts';
import { isQuiet } from '../../alert/quiet.ts';
import { loudestOf, opensIncident } from '../../alert/severity.ts';
import type { PageOf } from '../../core/transaction.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { windowView } from '../view/window.ts';

const params = z.object({ id: z.string() });
const listQuery = z.object({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['pending', 'firing', 'resolved'])))
    .optional(),
  loose: z.stringbool().optional(),
  severity: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['page', 'critical', 'warning', 'info'])))
    .optional(),
  /** Only alerts that nothing keeps quiet, or only such as something does. */
  quiet: z.stringbool().optional(),
  /** Matchers, such as city="berlin". */
  filter: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value) => (value === undefined ? [] : [value].flat())),
  text: z.string().max(200).optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Alerts and silences. */
export function addAlertRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/ops/v1/alerts',
    {
      config: { access: 'view.operations' },
      schema: { querystring: listQuery, response: { 200: contract.alertPage }, summary: 'Alerts, newest first' },
    },
    async ({ query: { state, loose, severity, quiet, filter, text, after, limit } }) => {
      const fits = fitting({ quiet, text, matchers: filter.flatMap(parseMatchers) });
      return deps.store.read((tx) =>
        tx.alerts.list({
          limit,
          ...(state ? { states: state } : {}),
          ...(severity ? { severities: severity } : {}),
          ...(loose ? { loose } : {}),
          ...fits,
          ...(after === undefined ? {} : { after }),
        }),
      );
    },
  );

  app.get(
    '/ops/v1/alerts/groups',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: listQuery.omit({ after: true, limit: true }).extend({ by: z.string().min(1).max(200) }),
        response: { 200: contract.alertGroups },
        summary: 'Open alerts counted by the value of a label, the loudest and largest first',
      },
    },
    async ({ query: { by, state, loose, severity, quiet, filter, text } }) => {
      const fits = fitting({ quiet, text, matchers: filter.flatMap(parseMatchers) });
      const wanted = {
        states: state ?? ['firing', 'pending'],
        ...(severity ? { severities: severity } : {}),
        ...(loose ? { loose } : {}),
        ...fits,
      };
      const groups = new Map<string, { value: string; count: number; quiet: number; severity: AlertSeverity }>();
      for await (const alert of fits.fits ? wholeAlerts(deps, wanted) : openAlerts(deps, wanted)) {
        const value = alert.labels[by] ?? '';
        const group = groups.get(value) ?? { value, count: 0, quiet: 0, severity: 'info' };
        group.count++;
        if (isQuiet(alert)) group.quiet++;
        group.severity = loudestOf([group.severity, alert.severity]);
        groups.set(value, group);
      }
      const order = ['page', 'critical', 'warning', 'info'];
      const items = [...groups.values()].toSorted(
        (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || b.count - a.count,
      );
      return { by, items: items.slice(0, MOST_GROUPS), more: Math.max(0, items.length - MOST_GROUPS) };
    },
  );

  app.get(
    '/ops/v1/silences',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: z.object({ items: z.array(contract.silenceView) }) },
        summary: 'Silences, newest first',
      },
    },
    async () => ({
      items: (await deps.store.read((tx) => tx.alerts.silences())).map((one) => windowView(one, deps.clock.now())),
    }),
  );
  app.post(
    '/ops/v1/silences/preview',
    {
      config: { access: 'view.operations' },
      schema: {
        body: contract.silenceBody.pick({ matchers: true }),
        response: { 200: contract.silencePreview },
        summary: 'What a silence would cover now; nothing is changed',
      },
    },
    async ({ body: { matchers } }) => {
      checkMatchers(matchers);
      let firing = 0;
      let paging = 0;
      const shown: string[] = [];
      const fitsShort = ({ labels }: ShortAlert): boolean => matchesAll(matchers, labels);
      for await (const { id, severity } of openAlerts(deps, { states: ['firing'], fitsShort })) {
        firing++;
        if (opensIncident(severity)) paging++;
        if (shown.length < PREVIEWED) shown.push(id);
      }
      const found = await deps.store.read((tx) => tx.alerts.byIds(shown));
      return { firing, paging, sample: found.toSorted((a, b) => shown.indexOf(a.id) - shown.indexOf(b.id)) };
    },
  );
  app.post(
    '/ops/v1/silences',
    {
      config: { access: 'alert.silence' },
      schema: {
        body: contract.silenceBody,
        response: { 201: contract.silenceView },
        summary: 'Keep matching alerts quiet for a while',
      },
    },
    async (request, reply) =>
      reply.code(201).send(windowView(await silence(deps, actorIn(request), request.body), deps.clock.now())),
  );
  app.delete(
    '/ops/v1/silences/:id',
    { config: { access: 'alert.silence' }, schema: { params, summary: 'End a silence now' } },
    async (request, reply) => {
      await expireSilence(deps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );
}

/** What must hold beyond what the database is asked. The texts of an alert are read only where words are sought. */
function fitting({
  quiet,
  text,
  matchers,
}: {
  readonly quiet: boolean | undefined;
  readonly text: string | undefined;
  readonly matchers: readonly LabelMatcher[];
}): Pick<AlertFilter, 'fits' | 'fitsShort'> {
  matchesAll(matchers, {});
  const sought = text?.trim().toLowerCase() ?? '';
  const fitsShort = (alert: ShortAlert): boolean =>
    (quiet === undefined || isQuiet(alert) === quiet) && matchesAll(matchers, alert.labels);
  return {
    ...(quiet === undefined && matchers.length === 0 ? {} : { fitsShort }),
    ...(sought === '' ? {} : { fits: (alert: Alert): boolean => says(alert, sought) }),
  };
}

function says({ name, labels, annotations }: Alert, sought: string): boolean {
  const words = [name, ...Object.values(labels), ...Object.values(annotations)];
  return words.some((word) => word.toLowerCase().includes(sought));
}

const STRETCH = 1000;
const MOST_GROUPS = 200;
const PREVIEWED = 5;

/** Every alert of a filter in its short form, a stretch at a time. */
export function openAlerts({ store }: Pick<ApiContext['deps'], 'store'>, filter: Omit<AlertFilter, 'fits'>) {
  return stretches((from) => store.read((tx) => tx.alerts.listShort({ ...filter, ...from })));
}

/** The same with their texts. */
function wholeAlerts({ store }: Pick<ApiContext['deps'], 'store'>, filter: AlertFilter) {
  return stretches((from) => store.read((tx) => tx.alerts.list({ ...filter, ...from })));
}

async function* stretches<A>(
  read: (from: { readonly after?: string; readonly limit: number }) => Promise<PageOf<A>>,
): AsyncIterable<A> {
  for (let after: string | null = null; ;) {
    const page: PageOf<A> = await read({ limit: STRETCH, ...(after === null ? {} : { after }) });
    yield* page.items;
    if (page.next === null) return;
    after = page.next;
  }
}
