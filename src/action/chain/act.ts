import type { Actor } from '../../core/actor.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { loadPlan } from '../duty/load-plan.ts';
import { onDuty, type OnDuty } from '../duty/plan.ts';
import { ACTION_FACTS } from '../facts.ts';
import { PAGE_CHANNELS, type ChainRun, type ChainStep, type PageChannelName } from '../nouns.ts';
import { createPages } from '../page/create-page.ts';
import { isQuiet } from '../page/own-rule.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { advance, repeatOf, type Decision } from './decide.ts';
import { conditionWords, UNMET_WORDS } from './condition-words.ts';
import { prepareStep, type StepContext } from './prepare-step.ts';
import { resolveTargets, type Target } from './target.ts';

/** The chain as an actor: it acts by the configuration, and the timeline names it. */
export function chainActor(chain: string): Actor {
  return { kind: 'rule', id: `chain:${chain}`, name: `Chain ${chain}`, roles: [] };
}

/**
 * Carries decisions out, in the caller's transaction: journal rows, pages, notices, the run's new state.
 * @param causeId the journal row that led here
 * @returns the run as it is afterwards
 */
export async function act(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  run: ChainRun,
  incident: Incident,
  decisions: readonly Decision[],
  causeId: string | undefined,
): Promise<ChainRun> {
  const context: StepContext = { tx, deps, services, run, incident, actor: chainActor(run.chain), causeId };
  for (const decision of decisions) await carryOut(context, decision);
  const change = advance(run, incident, decisions);
  await tx.actions.updateChain(run.id, change);
  return { ...run, ...change };
}

async function carryOut(context: StepContext, decision: Decision): Promise<void> {
  switch (decision.kind) {
    case 'begin':
      return beginStep(context, decision.index);
    case 'leave-out': {
      const title = stepTitle(context.run.snapshot.steps[decision.index]!);
      const words = `left out step ${decision.index + 1} (${title}): ${UNMET_WORDS[decision.reason]}`;
      await journal(context, ACTION_FACTS.chainStepLeftOut, words, decision.reason, { index: decision.index });
      return;
    }
    case 'repeat': {
      const words = `paged again, round ${decision.round}`;
      const data = { round: decision.round, steps: decision.steps };
      const id = await journal(context, ACTION_FACTS.chainRepeated, words, decision.reason, data);
      for (const index of decision.steps) {
        const step = context.run.snapshot.steps[index]!;
        if (step.do === 'page') await pageTarget(context, step.target, step.by, index, decision.round, id);
      }
      return;
    }
    case 'last-resort': {
      const words = 'has no step that pages anybody now; the fallback is paged';
      const data = { round: decision.round };
      const id = await journal(context, ACTION_FACTS.chainLastResort, words, decision.reason, data);
      const step = context.run.snapshot.steps.length + 1;
      return pageTarget(context, 'fallback', PAGE_CHANNELS, step, decision.round, id);
    }
    case 'exhaust': {
      const every = formatDuration(repeatOf(context.run));
      const words = `found nobody who accepts; the fallback is paged every ${every}`;
      const data = { round: decision.round };
      const id = await journal(context, ACTION_FACTS.chainExhausted, words, decision.reason, data);
      const last = context.run.snapshot.steps.length;
      return pageTarget(context, 'fallback', PAGE_CHANNELS, last, decision.round, id);
    }
    case 'end':
      await journal(context, ACTION_FACTS.chainEnded, 'ended', decision.reason, {});
      return;
    case 'wait':
  }
}

async function beginStep(context: StepContext, index: number): Promise<void> {
  const step = context.run.snapshot.steps[index]!;
  if (step.do === 'page') {
    const words = `step ${index + 1}: ${stepTitle(step)}`;
    const id = await journal(context, ACTION_FACTS.chainStepBegun, words, 'due', { index, do: step.do });
    return pageTarget(context, step.target, step.by, index, Math.max(context.run.round, 1), id);
  }
  const prepared = await prepareStep(context, step, index);
  const fact = prepared.leftOut === null ? ACTION_FACTS.chainStepBegun : ACTION_FACTS.chainStepLeftOut;
  const words =
    prepared.leftOut === null
      ? `step ${index + 1}: ${stepTitle(step)}`
      : `left out step ${index + 1} (${stepTitle(step)}): ${prepared.words}`;
  const id = await journal(context, fact, words, prepared.leftOut ?? 'due', { index, do: step.do });
  await prepared.carryOut(id);
}

async function pageTarget(
  context: StepContext,
  target: string,
  by: readonly PageChannelName[] | 'own',
  step: number,
  round: number,
  causeId: string,
): Promise<void> {
  const { tx, deps, services, run, incident } = context;
  const now = deps.clock.now();
  const setting = services.setting();
  const duty = onDuty(await loadPlan(tx, setting, now), now);
  const resolve = (whom: string): readonly Target[] =>
    resolveTargets(whom, by, incident.severity, duty, run.snapshot, setting.people);
  const deputy = (): Target | null => resolve('deputy')[0] ?? null;
  const meant = resolve(target).map((one) => awake(one, incident, duty, now, setting.duty.zone, deputy));
  if (meant.length === 0)
    throw new Error(`chain ${run.chain} has nobody to page: neither "${target}" nor the fallback is a person`);
  const origin = { incidentId: incident.id, chainRunId: run.id, step, round };
  const again = round > 1 ? `, round ${round}` : '';
  for (const [index, found] of meant.entries()) {
    // Two of a team with quiet hours have the same deputy.
    if (meant.findIndex(({ person }) => person.id === found.person.id) < index) continue;
    const reason = `${found.reason} (chain ${run.chain}, step ${step + 1}${again})`;
    await createPages(tx, deps, services, origin, incident, found, reason, causeId);
  }
}

/**
 * A person with quiet hours is not woken when a deputy can be: without one the page goes out all the same, because a page
 * that nobody hears is lost.
 */
function awake(
  found: Target,
  incident: Incident,
  duty: OnDuty,
  now: number,
  zone: string,
  deputy: () => Target | null,
): Target {
  if (duty.deputy === null || duty.deputy === found.person.id) return found;
  if (!isQuiet(found.person, incident.severity, now, zone)) return found;
  const other = deputy();
  if (!other || isQuiet(other.person, incident.severity, now, zone)) return found;
  return { ...other, reason: `deputy, because ${found.person.name} has quiet hours` };
}

function journal(
  context: StepContext,
  fact: string,
  words: string,
  reason: string,
  data: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { tx, run, incident, actor, causeId } = context;
  return tx.journal.append({
    actor,
    fact,
    subject: { kind: 'chain', id: run.id },
    incidentId: incident.id,
    causeId,
    summary: `Chain ${run.chain} ${words}`,
    reason,
    data: { chain: run.chain, ...data },
  });
}

/** A step in words, for the timeline and the screen: `page the focal person by email, log`. */
export function stepTitle(step: ChainStep): string {
  return `${doingWords(step)}${conditionWords(step.when)}`;
}

function doingWords(step: ChainStep): string {
  switch (step.do) {
    case 'page':
      return `page ${targetWords(step.target)} ${step.by === 'own' ? 'by the own rules' : `by ${step.by.join(', ')}`}`;
    case 'notify-members':
      return `tell members (${step.template})`;
    case 'contact-partner':
      return step.partner === 'cause' ? 'contact the partner behind the cause' : `contact ${step.partner}`;
    case 'run-playbook':
      return `run the playbook ${step.playbook}`;
    case 'open-ticket':
      return 'open a ticket';
    case 'open-partner-ticket':
      return `open a ticket at ${step.partner === 'cause' ? 'the partner behind the cause' : step.partner}`;
  }
}

function targetWords(target: string): string {
  if (target === 'focal') return 'the focal person';
  return target === 'deputy' || target === 'fallback' ? `the ${target}` : target;
}
