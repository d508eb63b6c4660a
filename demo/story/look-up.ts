import { z } from 'zod';
import { alertPage, incidentDetail, incidentPage, indicatorList } from '../../src/api/contract.ts';
import type { Stage } from './act.ts';

type Indicators = z.infer<typeof indicatorList>;
type Detail = z.infer<typeof incidentDetail>;
export type LevelNow = Indicators['items'][number]['series'][number];

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/** All alerts that fire now. */
export async function firingAlerts(stage: Stage) {
  return (await stage.server.ask('/ops/v1/alerts?state=firing', alertPage)).items;
}

/** The incidents nobody has closed. */
export async function openIncidents(stage: Stage) {
  return (await stage.server.ask('/ops/v1/incidents?state=open,accepted', incidentPage)).items;
}

/** The story's incident with everything on it; null before there is one. */
export async function theIncident(stage: Stage): Promise<Detail | null> {
  if (stage.memory.incidentId === null) {
    const [first] = await openIncidents(stage);
    if (first === undefined) return null;
    stage.memory.incidentId = first.id;
  }
  return stage.server.ask(`/ops/v1/incidents/${stage.memory.incidentId}`, incidentDetail);
}

/** What an indicator says now, for each of its series. */
export async function levels(stage: Stage, name: string): Promise<readonly LevelNow[]> {
  const list = await stage.server.ask('/ops/v1/indicators', indicatorList);
  return list.items.find((indicator) => indicator.name === name)?.series ?? [];
}

/** The series of a list that has all of these labels. */
export function withLabels(
  series: readonly LevelNow[],
  labels: Readonly<Record<string, string>>,
): LevelNow | undefined {
  return series.find((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value));
}

/** The first value of an instant query in PromQL, at the clock's present; null if there is none. */
export async function measured(stage: Stage, query: string): Promise<number | null> {
  const time = stage.clock.now() / 1000;
  const path = `/api/v1/query?query=${encodeURIComponent(query)}&time=${time}`;
  const { data } = await stage.server.ask(path, answer);
  const value = data.result[0]?.value[1];
  return value === undefined ? null : Number(value);
}

/** Minutes from the onset of the outage to an instant, for people: "2.5 min after the onset". */
export function afterOnset(stage: Stage, at: number | null): string {
  const onset = stage.memory.onsetAt;
  if (at === null || onset === null) return 'at an unknown time';
  return `${((at - onset) / 60_000).toFixed(1)} min after the onset`;
}

/** A number without digits nobody reads. */
export function shown(value: number | null): string {
  if (value === null) return 'no value';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}

/** The acceptance link in a text, if there is one. */
export function acceptLink(text: string): string | null {
  return /https?:\/\/[^\s"'<>\\]+\/accept\/[\w-]+/.exec(text)?.[0] ?? null;
}
