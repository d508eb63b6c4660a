import { systemActor } from '../core/actor.ts';
import { formatDuration } from '../core/duration.ts';
import { DONE, type Handler } from '../core/work.ts';
import type { Alert, Silence } from './alert.ts';
import type { AlertDeps } from './deps.ts';
import { ALERT_FACTS, ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { opensIncident } from './severity.ts';
import { matcherWords } from './window.ts';
import { alertWords } from './words.ts';

/** How long before its end the author of a silence is told, ms: but never more than a quarter of its length. */
const BEFORE_END = 15 * 60_000;
/** What a silence covers is gathered for a minute, and told once an hour at most, ms. */
const GATHER = 60_000;
const COVERS_EVERY = 3_600_000;
/** Alerts named in one message. */
const NAMED = 5;

/** Puts in line that the author is told before the silence ends. */
export async function watchEnd(tx: AlertTx, silence: Silence, now: number, causeId: string): Promise<void> {
  const { id, startsAt, endsAt } = silence;
  const dueAt = endsAt - Math.min(BEFORE_END, (endsAt - startsAt) / 4);
  const key = `${id}:ends`;
  await tx.work.cancel(ALERT_WORK.remind, key);
  if (dueAt <= now) return;
  const payload = { id, about: 'end' };
  await tx.work.put({ kind: ALERT_WORK.remind, key, dueAt, priority: 3, payload, causeId });
}

/** Notes the silence of an alert that would page somebody. */
export function coveredBy({ silencedBy, severity }: Alert, covering: Set<string>): void {
  if (silencedBy !== null && opensIncident(severity)) covering.add(silencedBy);
}

/** Puts in line that the authors are told what their silences cover, where that would have paged somebody. */
export async function watchCovered(tx: AlertTx, silenceIds: ReadonlySet<string>, now: number): Promise<void> {
  for (const id of silenceIds) {
    const toldAt = await tx.alerts.groupToldAt(`silence:${id}`);
    const dueAt = Math.max(now + GATHER, toldAt === null ? 0 : toldAt + COVERS_EVERY);
    const payload = { id, about: 'covers' };
    await tx.work.put({ kind: ALERT_WORK.remind, key: `${id}:covers`, dueAt, priority: 3, payload });
  }
}

/** Writes that a silence ends soon, or what it covers: the fact leads to a message to its author. */
export function remind(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.remind,
    async inside(tx, item) {
      const { id, about } = item.payload;
      const silence = typeof id === 'string' ? await tx.alerts.silence(id) : null;
      const now = deps.clock.now();
      if (!silence || silence.endsAt <= now) return DONE;
      const page = await tx.alerts.list({
        states: ['firing'],
        fits: (alert) => alert.silencedBy === silence.id,
        limit: 1000,
      });
      const loud = page.items.filter(({ severity }) => opensIncident(severity));
      const covers = about === 'covers';
      if (covers) {
        if (loud.length === 0) return DONE;
        await tx.alerts.saveGroupToldAt(`silence:${silence.id}`, now);
      }
      const left = formatDuration(Math.round((silence.endsAt - now) / 1000) * 1000);
      const more = page.next === null ? '' : 'more than ';
      const under = `${more}${page.items.length} firing, ${loud.length} of them would page somebody`;
      await tx.journal.append({
        actor: systemActor('alert'),
        fact: covers ? ALERT_FACTS.silenceCovers : ALERT_FACTS.silenceEnding,
        subject: { kind: 'silence', id: silence.id },
        causeId: item.causeId ?? undefined,
        summary: covers
          ? `The silence on ${matcherWords(silence.matchers)} keeps quiet what would page somebody: ${under}.`
          : `The silence on ${matcherWords(silence.matchers)} ends in ${left}: ${under}.`,
        reason: covers ? 'covers-what-would-page' : 'ends-soon',
        data: { firing: page.items.length, paging: loud.length, alerts: loud.slice(0, NAMED).map(alertWords) },
        at: now,
      });
      return DONE;
    },
  };
}
