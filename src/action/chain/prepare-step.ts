import type { Actor } from '../../core/actor.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import { ACTION_FACTS } from '../facts.ts';
import { publishNotice, writeNotice } from '../member/notice.ts';
import type { ChainRun, ChainStep } from '../nouns.ts';
import { contactPartner, namedPartner, partnerFor } from '../partner-contact/contact.ts';
import { startPlaybook } from '../playbook/start.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';

/** What carrying out a chain's decision needs. */
export interface StepContext {
  readonly tx: ActionTx;
  readonly deps: Deps<ActionTx>;
  readonly services: ActionServices;
  readonly run: ChainRun;
  readonly incident: Incident;
  readonly actor: Actor;
  readonly causeId: string | undefined;
}

/** A step that is not a page, ready to be done once its journal row is written. */
export interface PreparedStep {
  /** The named reason why nothing will be done, or null. */
  readonly leftOut: string | null;
  /** The same in words. */
  readonly words: string;
  carryOut(entryId: string): Promise<void>;
}

function leftOut(reason: string, words: string): PreparedStep {
  return { leftOut: reason, words, carryOut: async () => {} };
}

function ready(carryOut: (entryId: string) => Promise<void>): PreparedStep {
  return { leftOut: null, words: '', carryOut };
}

/** Looks whether the step can be done now, without doing it yet. Never throws for what the configuration got wrong. */
export async function prepareStep(
  context: StepContext,
  step: Exclude<ChainStep, { do: 'page' }>,
  index: number,
): Promise<PreparedStep> {
  switch (step.do) {
    case 'notify-members':
      return prepareNotice(context, step.template);
    case 'contact-partner':
      return preparePartner(context, step.partner, index);
    case 'run-playbook':
      return preparePlaybook(context, step.playbook);
    case 'open-partner-ticket':
      return preparePartnerTicket(context, step.partner);
    case 'open-ticket':
      return ready(async (entryId) => {
        await context.tx.journal.append({
          actor: context.actor,
          fact: ACTION_FACTS.ticketWanted,
          subject: { kind: 'chain', id: context.run.id },
          incidentId: context.incident.id,
          causeId: entryId,
          summary: `Chain ${context.run.chain} asks for a ticket`,
        });
      });
  }
}

function prepareNotice(context: StepContext, name: string): PreparedStep {
  const { tx, deps, services, run, incident, actor } = context;
  const template = run.snapshot.templates.find((one) => one.name === name);
  if (!template) return leftOut('no-such-template', `there is no template ${name}`);
  try {
    const words = writeNotice(services.setting(), incident, template, deps.clock.now());
    return ready(async (entryId) => {
      await publishNotice(tx, deps, actor, incident, { ...words, phase: incident.phase }, entryId);
    });
  } catch (error) {
    // A template that cannot be filled in must not keep the chain's pages from being written.
    return leftOut('template-failed', error instanceof Error ? error.message : String(error));
  }
}

function preparePartner(context: StepContext, wished: string, index: number): PreparedStep {
  const { services, run, incident, actor } = context;
  const found = partnerFor(services.setting(), incident, wished);
  if ('leftOut' in found) return leftOut(found.leftOut, found.words);
  return ready(async (entryId) => {
    await contactPartner(context.tx, context.deps, services, actor, incident, found, `${run.id}/${index}`, entryId);
  });
}

/** The ticket itself is opened by the exchange with partners, which stands to the right: it is asked for by a fact. */
function preparePartnerTicket(context: StepContext, wished: string): PreparedStep {
  const found = namedPartner(context.services.setting(), context.incident, wished);
  if ('leftOut' in found) return leftOut(found.leftOut, found.words);
  const { partner } = found;
  if (!partner.tickets) return leftOut('no-ticket-interface', `${partner.title} takes no tickets`);
  return ready(async (entryId) => {
    await context.tx.journal.append({
      actor: context.actor,
      fact: ACTION_FACTS.partnerTicketWanted,
      subject: { kind: 'chain', id: context.run.id },
      incidentId: context.incident.id,
      causeId: entryId,
      summary: `Chain ${context.run.chain} asks for a ticket at ${partner.title}`,
      data: { partner: partner.name },
    });
  });
}

async function preparePlaybook(context: StepContext, name: string): Promise<PreparedStep> {
  const { tx, deps, services, incident, actor } = context;
  const playbook = services.setting().playbooks.find((one) => one.name === name);
  if (!playbook) return leftOut('no-such-playbook', `there is no playbook ${name}`);
  const started = await startPlaybook(tx, deps, actor, incident, playbook, context.causeId);
  return started ? ready(async () => {}) : leftOut('already-running', `the playbook ${name} runs already`);
}
