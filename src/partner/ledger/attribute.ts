import { systemActor } from '../../core/actor.ts';
import { DONE, type Handler } from '../../core/work.ts';
import { isLive } from '../../incident/change.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Topology } from '../../incident/topology.ts';
import { PARTNER_FACTS, PARTNER_WORK } from '../facts.ts';
import type { Attribution } from '../nouns.ts';
import type { PartnerTx } from '../ports.ts';
import type { AttributionSetting, PartnerDeps, PartnerServices } from '../services.ts';
import { findShared, type Finding, type Share } from './significance.ts';

/**
 * Looks what the silent ones of an incident have in common and writes it to the incident: evidence that correlation and
 * people read. The ledger asks for it every minute while the incident lives.
 */
export function attributeWork(deps: PartnerDeps, services: PartnerServices): Handler<PartnerTx> {
  return {
    kind: PARTNER_WORK.attribute,
    async outside(item) {
      const setting = services.setting().attribution;
      const incidentId = String(item.payload['incidentId']);
      const incident = await deps.store.read((tx) => tx.incidents.byId(incidentId));
      if (!setting || !incident || !isLive(incident)) return () => Promise.resolve(DONE);
      const at = deps.clock.now();
      const findings = await look(services, setting, deps.incidents().topology, at).catch(() => []);
      return async (tx) => {
        await write(tx, incident, findings);
        return DONE;
      };
    },
  };
}

/** Asks the series for each dimension. The finding with the smallest probability comes first. */
export async function look(
  services: Pick<PartnerServices, 'measure'>,
  { silent, total, by }: AttributionSetting,
  topology: Topology,
  at: number,
): Promise<Attribution[]> {
  const found: Attribution[] = [];
  for (const dimension of by) {
    const [silentOnes, all] = await Promise.all([
      services.measure.values(`sum by (${dimension}) (${silent})`, at),
      services.measure.values(`sum by (${dimension}) (${total})`, at),
    ]);
    const counts = new Map(silentOnes.map(({ labels, value }) => [labels[dimension] ?? '', value]));
    const shares: Share[] = all.map(({ labels, value }) => {
      const name = labels[dimension] ?? '';
      return { value: name, total: value, silent: counts.get(name) ?? 0 };
    });
    const finding = findShared(shares);
    if (finding) found.push({ ...finding, dimension, at, words: wordsOf(dimension, finding, shares, topology) });
  }
  return found.toSorted((a, b) => a.p - b.p);
}

/** Says a finding as one person tells another. */
export function wordsOf(dimension: string, finding: Finding, shares: readonly Share[], topology: Topology): string {
  const { value, silentWith, silent, totalWith, total } = finding;
  const name = nameOf(dimension, value, topology);
  const others = shares.filter((share) => share.value !== value && share.total > 0);
  const troubled = others.filter((share) => share.silent / share.total > silentWith / totalWith / 4);
  const elsewhere = total - totalWith;
  const health =
    troubled.length === 0
      ? `other values of ${dimension} are healthy (${percent(silent - silentWith, elsewhere)} silent)`
      : `${troubled
          .map((share) => nameOf(dimension, share.value, topology))
          .slice(0, 3)
          .join(', ')} ${troubled.length === 1 ? 'is' : 'are'} troubled too`;
  return (
    `${percent(silentWith, silent)} of the silent vehicles (${silentWith} of ${silent}) share ${dimension} ${name}, ` +
    `which has ${percent(totalWith, total)} of all; ${percent(silentWith, totalWith)} of its vehicles are silent; ${health}; ${chance(finding.p)}`
  );
}

function nameOf(dimension: string, value: string, topology: Topology): string {
  if (value === '') return 'unknown';
  if (dimension === 'city') return topology.cityTitle(value);
  const component = topology.components.find(({ match }) => match[dimension] === value);
  return component?.title ?? value;
}

function percent(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const share = (100 * part) / whole;
  return `${share > 0 && share < 1 ? share.toFixed(1) : Math.round(share)} %`;
}

function chance(p: number): string {
  return p < 1e-6 ? 'by chance less than once in a million' : `by chance about ${p.toPrecision(1)}`;
}

/** Writes what is new: a finding is told once, and again when another value took its place. */
async function write(tx: PartnerTx, incident: Incident, findings: readonly Attribution[]): Promise<void> {
  const told = (await tx.journal.ofIncident(incident.id)).filter(({ fact }) => fact === PARTNER_FACTS.attributed);
  for (const finding of findings) {
    const last = told.findLast(({ data }) => data['dimension'] === finding.dimension);
    if (last?.data['value'] === finding.value) continue;
    await tx.journal.append({
      actor: systemActor('partner'),
      fact: PARTNER_FACTS.attributed,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: finding.words,
      reason: 'shared-by-the-silent',
      data: { ...finding },
    });
  }
}
