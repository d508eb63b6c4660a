import { Fault } from '../../core/fault.ts';
import { isObject } from '../alertmanager-body.ts';
import type { PageEntry, PageReading } from './entry.ts';

type Fields = Readonly<Record<string, unknown>>;
const MOST_ENTRIES = 200;

/**
 * Reads a status page in JSON: Atlassian Statuspage v2 (summary.json, incidents.json), incident.io, Instatus, or Google
 * Cloud's incidents.json. Parts that are missing are taken as empty.
 * @throws Fault `body_invalid` when it is none of them
 */
export function readPageJson(text: string): PageReading {
  let body: unknown;
  try {
    body = JSON.parse(text) as unknown;
  } catch (error) {
    throw new Fault('body_invalid', { what: `the page is not JSON: ${error instanceof Error ? error.message : ''}` });
  }
  if (Array.isArray(body)) return { form: 'google', entries: objects(body).slice(0, MOST_ENTRIES).map(google) };
  if (!isObject(body)) throw new Fault('body_invalid', { what: 'the page is no object and no list' });
  if (Array.isArray(body['ongoing_incidents'])) return incidentIo(body);
  if (
    isObject(body['page']) &&
    (Array.isArray(body['activeIncidents']) || /^[A-Z]+$/.test(textOf(body['page']['status'])))
  ) {
    return instatus(body);
  }
  if (isObject(body['page']) && (Array.isArray(body['incidents']) || isObject(body['status']))) return statuspage(body);
  throw new Fault('body_invalid', {
    what: 'it is no status page of a known form; name its summary.json, incidents.json or a feed',
  });
}

const IMPACT: Readonly<Record<string, PageEntry['loud']>> = {
  critical: 'critical',
  major: 'critical',
  minor: 'warning',
  major_outage: 'critical',
  full_outage: 'critical',
  partial_outage: 'warning',
  degraded_performance: 'warning',
  majoroutage: 'critical',
  partialoutage: 'warning',
  degradedperformance: 'warning',
  high: 'critical',
  medium: 'warning',
};

function loudOf(impact: unknown): PageEntry['loud'] {
  return IMPACT[textOf(impact).toLowerCase()] ?? 'info';
}

function statuspage(body: Fields): PageReading {
  const entries: PageEntry[] = objects(body['incidents'])
    .slice(0, MOST_ENTRIES)
    .map((one) => {
      const updates = objects(one['incident_updates']);
      const named = [
        ...objects(one['components']),
        ...updates.flatMap((update) => objects(update['affected_components'])),
      ];
      return {
        key: `incident/${textOf(one['id'])}`,
        title: textOf(one['name']),
        status: textOf(one['status']),
        text: textOf(updates[0]?.['body']),
        loud: loudOf(one['impact']),
        over: /^(resolved|postmortem|completed)$/.test(textOf(one['status'])),
        startedAt: instantOf(one['started_at'] ?? one['created_at']),
        url: linkOf(one['shortlink']),
        components: names(named),
      };
    });
  const covered = new Set(entries.filter(({ over }) => !over).flatMap(({ components }) => components));
  // A component that is not well is told of by itself unless an incident speaks of it.
  for (const one of objects(body['components']).slice(0, 1000)) {
    const status = textOf(one['status']);
    const name = textOf(one['name']);
    if (status === '' || status === 'operational' || status === 'under_maintenance' || one['group'] === true) continue;
    if (covered.has(name)) continue;
    const title = `${name}: ${status.replaceAll('_', ' ')}`;
    const key = `component/${textOf(one['id'])}`;
    entries.push({
      key,
      title,
      status,
      text: '',
      loud: loudOf(status),
      over: false,
      startedAt: instantOf(one['updated_at']),
      url: null,
      components: [name],
    });
  }
  for (const one of objects(body['scheduled_maintenances']).slice(0, MOST_ENTRIES)) {
    if (!/^(in_progress|verifying)$/.test(textOf(one['status']))) continue;
    entries.push(maintenance(one, textOf(one['id']), instantOf(one['scheduled_for']), linkOf(one['shortlink'])));
  }
  return { form: 'statuspage', entries };
}

function maintenance(one: Fields, id: string, startedAt: number | null, url: string | null): PageEntry {
  const title = `Maintenance: ${textOf(one['name'])}`;
  const components = names(objects(one['components'] ?? one['affected_components']));
  return {
    key: `maintenance/${id}`,
    title,
    status: textOf(one['status']),
    text: '',
    loud: 'info',
    over: false,
    startedAt,
    url,
    components,
  };
}

function incidentIo(body: Fields): PageReading {
  const entries: PageEntry[] = objects(body['ongoing_incidents'])
    .slice(0, MOST_ENTRIES)
    .map((one) => {
      const touched = objects(one['affected_components']);
      const worst = touched.map((component) => loudOf(component['current_status'] ?? component['status']));
      return {
        key: `incident/${textOf(one['id'])}`,
        title: textOf(one['name']),
        status: textOf(one['status']),
        text: textOf(one['last_update_message']),
        loud:
          one['current_worst_impact'] === undefined
            ? (worst.find((loud) => loud === 'critical') ?? worst[0] ?? 'warning')
            : loudOf(one['current_worst_impact']),
        over: textOf(one['status']) === 'resolved',
        startedAt: instantOf(one['started_at'] ?? one['created_at'] ?? one['last_update_at']),
        url: linkOf(one['url']),
        components: names(touched),
      };
    });
  for (const one of objects(body['in_progress_maintenances']).slice(0, MOST_ENTRIES)) {
    entries.push(maintenance(one, textOf(one['id']), instantOf(one['started_at']), linkOf(one['url'])));
  }
  return { form: 'incident.io', entries };
}

function instatus(body: Fields): PageReading {
  const entries: PageEntry[] = objects(body['activeIncidents'])
    .slice(0, MOST_ENTRIES)
    .map((one) => ({
      key: `incident/${textOf(one['id']) || textOf(one['url']) || textOf(one['name'])}`,
      title: textOf(one['name']),
      status: textOf(one['status']).toLowerCase(),
      text: '',
      loud: loudOf(one['impact']),
      over: textOf(one['status']) === 'RESOLVED',
      startedAt: instantOf(one['started']),
      url: linkOf(one['url']),
      components: [],
    }));
  return { form: 'instatus', entries };
}

/** Google Cloud's incidents.json: each incident with its newest update. */
function google(one: Fields): PageEntry {
  const update = isObject(one['most_recent_update']) ? one['most_recent_update'] : {};
  const status = textOf(update['status']);
  const severity = textOf(one['severity']).toLowerCase();
  return {
    key: `incident/${textOf(one['id'])}`,
    title: textOf(one['external_desc']).split('\n')[0]!.slice(0, 300),
    status: status.toLowerCase().replaceAll('_', ' '),
    text: textOf(update['text']),
    loud:
      status === 'SERVICE_OUTAGE' || severity === 'high'
        ? 'critical'
        : status === 'SERVICE_INFORMATION'
          ? 'info'
          : 'warning',
    over: textOf(one['end']) !== '' || status === 'AVAILABLE',
    startedAt: instantOf(one['begin']),
    url: textOf(one['uri']) === '' ? null : `https://status.cloud.google.com/${textOf(one['uri'])}`,
    components: objects(one['affected_products']).map((product) => textOf(product['title'])),
  };
}

function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function names(components: readonly Fields[]): string[] {
  return [...new Set(components.map(({ name }) => textOf(name)).filter((name) => name !== ''))];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 8000) : typeof value === 'number' ? String(value) : '';
}

function linkOf(value: unknown): string | null {
  const text = textOf(value);
  return /^https?:\/\//.test(text) ? text : null;
}

function instantOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
}
