import type { PublicStatus } from './public-status.ts';

const IMPACT = { critical: 'critical', major: 'major', minor: 'minor' } as const;
const COMPONENT = { ok: 'operational', degraded: 'partial_outage', down: 'major_outage' } as const;
const INDICATOR = {
  ok: ['none', 'All Systems Operational'],
  degraded: ['minor', 'Partial System Outage'],
  down: ['major', 'Major System Outage'],
} as const;

/** The status in the form of Atlassian Statuspage's API v2, which many tools read. */
export function statuspage(status: PublicStatus, url: string) {
  const language = status.languages[0] ?? 'en';
  const say = (text: Readonly<Record<string, string>>): string => text[language] ?? Object.values(text)[0] ?? '';
  const iso = (at: number): string => new Date(at).toISOString();
  const updatedAt = iso(status.at);
  const page = {
    id: 'lamplighter',
    name: status.title,
    url: `${url}/status`,
    time_zone: 'Etc/UTC',
    updated_at: updatedAt,
  };
  const components = status.functions.map((item, index) => {
    const worst = item.cities.some(({ state }) => state === 'down')
      ? 'down'
      : item.cities.some(({ state }) => state === 'degraded')
        ? 'degraded'
        : 'ok';
    return {
      id: item.name,
      name: say(item.title),
      status: COMPONENT[worst],
      position: index + 1,
      group: false,
      group_id: null,
      created_at: updatedAt,
      updated_at: updatedAt,
      page_id: page.id,
    };
  });
  const incidents = status.interruptions.map((interruption) => {
    const [latest] = interruption.notices;
    const updates = interruption.notices.map((notice) => ({
      id: notice.id,
      incident_id: interruption.id,
      status: notice.phase,
      body: say(notice.body),
      created_at: iso(notice.publishedAt),
      updated_at: iso(notice.publishedAt),
      display_at: iso(notice.publishedAt),
    }));
    return {
      id: interruption.id,
      name: latest ? say(latest.title) : '',
      status: interruption.open ? (latest?.phase ?? 'investigating') : 'resolved',
      impact: IMPACT[interruption.notices.at(-1)?.severity ?? 'minor'],
      started_at: iso(interruption.startedAt),
      created_at: iso(interruption.startedAt),
      updated_at: iso(latest?.publishedAt ?? interruption.startedAt),
      monitoring_at: null,
      resolved_at: interruption.resolvedAt === null ? null : iso(interruption.resolvedAt),
      shortlink: `${url}/status`,
      page_id: page.id,
      incident_updates: updates,
      components: components.filter(({ id }) => latest?.functions.includes(id)),
    };
  });
  const [indicator, description] = INDICATOR[status.state];
  const scheduled_maintenances = status.maintenance.map(({ id, title, startsAt, endsAt }) => ({
    id,
    name: title,
    status: startsAt > status.at ? 'scheduled' : 'in_progress',
    impact: 'maintenance',
    scheduled_for: iso(startsAt),
    scheduled_until: iso(endsAt),
    incident_updates: [],
    components: [],
    page_id: page.id,
  }));
  return { page, status: { indicator, description }, components, incidents, scheduled_maintenances };
}
