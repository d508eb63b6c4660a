import { Fault } from '../../core/fault.ts';
import { proofOf } from '../../improvement/index.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';

/** Prints the proof of an improvement, from the recorded signals. */
export async function replayCommand(
  improvement: string,
  options: DataOptions & { readonly json?: boolean },
): Promise<void> {
  await withApp(options, async (app) => {
    const { deps, replay } = app.context;
    const { found, incident, incidents } = await deps.store.read(async (tx) => {
      const all = await tx.improvements.list();
      const found = all.find(({ id, number }) => id === improvement || String(number) === improvement) ?? null;
      const incident = found?.incidentId ? await tx.incidents.byId(found.incidentId) : null;
      return { found, incident, incidents: (await tx.incidents.list({ limit: 1000 })).items };
    });
    if (!found) throw new Fault('not_found', { what: 'improvement', id: improvement });
    if (!found.change)
      throw new Fault('conflict', { what: `Improvement ${found.number} changes no rule: there is nothing to replay.` });
    const proof = await proofOf({ replay, clock: deps.clock }, found.change, incident, incidents);
    if (options.json) console.log(JSON.stringify(proof, null, 2));
    else console.log(`Improvement ${found.number}, ${found.title}: ${proof.verdict}`);
  });
}
