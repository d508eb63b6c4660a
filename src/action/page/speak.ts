import type { Deps } from '../../core/transaction.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { titleIn } from '../services.ts';
import { PURPOSE_WORDS } from './purpose.ts';
import { oneLine } from './text.ts';

/**
 * What a call says: short sentences, the number and the matter first.
 * @returns null when there is no such page
 */
export async function spokenPage(
  deps: Deps<ActionTx>,
  services: Pick<ActionServices, 'setting'>,
  pageId: string,
): Promise<string | null> {
  return deps.store.read(async (tx) => {
    const page = await tx.actions.page(pageId);
    const incident = page && (await tx.incidents.byId(page.incidentId));
    if (!page || !incident) return null;
    const { name, topology } = services.setting();
    const functions = incident.functions.map((one) =>
      titleIn(topology.functions.find((known) => known.name === one)?.title, 'en', one),
    );
    const hurt = functions.length > 0 ? ` Hurt: ${functions.join(', ')}.` : '';
    const { mark } = PURPOSE_WORDS[page.purpose];
    return `${oneLine(name)}. ${mark}Incident ${incident.number}, ${incident.severity}. ${oneLine(incident.title, 160)}.${hurt}`;
  });
}
