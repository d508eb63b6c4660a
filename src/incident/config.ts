import { z } from 'zod';
import { isZone } from '../core/zone.ts';
import { durationField, labelsField, nameField, repeatedNames, type ConfigProblem } from '../signal/index.ts';
import { causeProblems, causeSchema } from './cause/setting.ts';
import { partnerAlarmsSchema, partnerPromiseSchema, partnerTicketsSchema } from '../signal/tmf642/index.ts';

const byLanguage = z.union([z.string().min(1), z.record(z.string().regex(/^[a-z]{2,3}$/), z.string().min(1))], {
  error: 'Write the title as text, or by language, such as { en: Unlock, de: Öffnen }.',
});
const title = z.string({ error: 'Write a title as text.' }).min(1).max(200);
const needs = z.array(nameField, { error: 'Write a list of names, such as [booking-backend].' }).default([]);

const labelField = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'Write the name of a label, such as client.' });

const zone = z.string().refine(isZone, {
  error: (issue) => `"${String(issue.input)}" is not a time zone. Write one such as Europe/Berlin.`,
});

const citySchema = z.strictObject({
  name: nameField,
  title,
  zone,
  country: z.string().length(2).optional(),
  lat: z.number().min(-90).max(90).optional(),
  lon: z.number().min(-180).max(180).optional(),
});
const functionSchema = z.strictObject({
  name: nameField,
  title: byLanguage,
  needs,
  in_trip: z.boolean().default(false),
});
const componentSchema = z
  .strictObject({
    name: nameField,
    title: title.optional(),
    kind: z.string().min(1).max(40).default('application'),
    partner: nameField.optional(),
    match: labelsField.default({}),
    needs,
  })
  .transform((component) => ({ ...component, title: component.title ?? component.name }));
const groupSchema = z.strictObject({
  name: nameField,
  title: title.optional(),
  members: z.array(nameField).min(2, { error: 'One member is no redundancy. Name at least two.' }),
});
const partnerSchema = z.strictObject({
  name: nameField,
  title,
  email: z.email({ error: 'Write an e-mail address, such as noc@carrier.example.' }).optional(),
  webhook: z.url({ error: 'Write an address, such as https://carrier.example/room.' }).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .default('en'),
  /** The name of the API token that the partner presents at our interfaces. */
  token: z.string().min(1).max(200).optional(),
  alarms: partnerAlarmsSchema,
  tickets: partnerTicketsSchema,
  promise: partnerPromiseSchema,
});

/** What hangs together; the same in the configuration and in the files of the offline commands. */
export const topologySchema = z.strictObject({
  cities: z.array(citySchema).default([]),
  functions: z.array(functionSchema).default([]),
  components: z.array(componentSchema).default([]),
  redundancy: z.array(groupSchema).default([]),
});

/** What tracing and meshes commonly count calls by. */
const LEARNT_BY_DEFAULT = [
  {
    expr: 'sum by (client, server) (rate(traces_service_graph_request_total[10m])) > 0',
    caller: 'client',
    callee: 'server',
  },
  {
    expr: 'sum by (source_workload, destination_workload) (rate(istio_requests_total[10m])) > 0',
    caller: 'source_workload',
    callee: 'destination_workload',
  },
];

const expression = z.string({ error: 'Write a PromQL expression.' }).min(1).max(2000);

/** Where calls are seen: an expression whose series name a caller and a callee. Edges found are only proposed. */
const learnSchema = z.strictObject({ expr: expression, caller: labelField, callee: labelField });

/** The part of the configuration that says what hangs together: `topology`, `partners`, `incidents`. */
export const incidentSchema = z.strictObject({
  topology: topologySchema.prefault({}),
  partners: z.array(partnerSchema).default([]),
  incidents: z
    .strictObject({
      join: z
        .strictObject({ distance: z.number().int().min(0).max(10).default(2), within: durationField.prefault('45m') })
        .prefault({}),
      settle: durationField.prefault('5m'),
      learn: z.array(learnSchema).max(20).default(LEARNT_BY_DEFAULT),
      cause: causeSchema.optional(),
    })
    .prefault({}),
});
export type IncidentConfig = z.output<typeof incidentSchema>;
export type TopologyConfig = IncidentConfig['topology'];

/** What one entry alone cannot show: names used twice, and names that point nowhere. */
export function incidentProblems(
  config: IncidentConfig,
  sources: readonly { readonly name: string; readonly partner?: string | undefined; readonly mapping?: unknown }[] = [],
): ConfigProblem[] {
  const { components } = config.topology;
  const { cause } = config.incidents;
  const problems = [
    ...topologyProblems(config.topology, 'topology.'),
    ...repeatedNames('partners', config.partners),
    ...(cause === undefined ? [] : causeProblems(cause)),
  ];
  const partnerNames = config.partners.map(({ name }) => name);
  const check = (path: string, value: string): void => {
    if (!partnerNames.includes(value)) problems.push({ path, message: unknownName(value, partnerNames, 'partner') });
  };
  components.forEach(({ partner }, index) => {
    if (partner !== undefined) check(`topology.components[${index}].partner`, partner);
  });
  sources.forEach((source, index) => {
    if (source.partner !== undefined) check(`sources[${index}].partner`, source.partner);
  });
  return problems;
}

/** Names of a topology that are used twice, or point nowhere. @param at what their paths begin with */
export function topologyProblems(
  { cities, functions, components, redundancy }: TopologyConfig,
  at = '',
): ConfigProblem[] {
  const problems = [
    ...repeatedNames(`${at}cities`, cities),
    ...repeatedNames(`${at}functions`, functions),
    ...repeatedNames(`${at}components`, components),
    ...repeatedNames(`${at}redundancy`, redundancy),
  ];
  const componentNames = components.map(({ name }) => name);
  const needable = [...componentNames, ...redundancy.map(({ name }) => name)];
  const check = (path: string, value: string, names: readonly string[], what: string): void => {
    if (!names.includes(value)) problems.push({ path, message: unknownName(value, names, what) });
  };
  const checkNeeds = (path: string, owner: string, list: readonly string[]): void => {
    list.forEach((need, index) => {
      check(`${path}.needs[${index}]`, need, needable, 'component or redundancy group');
      if (need === owner) {
        problems.push({ path: `${path}.needs[${index}]`, message: `"${owner}" needs itself. Remove it here.` });
      }
    });
  };
  functions.forEach((item, index) => checkNeeds(`${at}functions[${index}]`, '', item.needs));
  components.forEach((item, index) => checkNeeds(`${at}components[${index}]`, item.name, item.needs));
  redundancy.forEach((group, index) => {
    const path = `${at}redundancy[${index}]`;
    if (componentNames.includes(group.name)) {
      problems.push({ path: `${path}.name`, message: `"${group.name}" is a component already. Write another name.` });
    }
    group.members.forEach((member, nth) => check(`${path}.members[${nth}]`, member, componentNames, 'component'));
  });
  return problems;
}

function unknownName(value: string, names: readonly string[], what: string): string {
  const known = names.length === 0 ? 'none is defined yet' : `defined are ${names.slice(0, 12).join(', ')}`;
  return `There is no ${what} "${value}"; ${known}.`;
}
