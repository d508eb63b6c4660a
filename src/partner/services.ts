import type { ActionServices, ActionSetting } from '../action/index.ts';
import type { Actor } from '../core/actor.ts';
import type { Labels } from '../core/labels.ts';
import type { IncidentDeps } from '../incident/index.ts';
import type { MappingRunner } from '../signal/ports.ts';
import type { PartnerAlarmsConfig, PartnerTicketsConfig } from '../signal/tmf642/index.ts';
import type { Deps } from '../core/transaction.ts';
import type { PartnerTx } from './ports.ts';

/** A partner as it is configured. */
export interface PartnerConfig {
  readonly name: string;
  readonly title: string;
  readonly email?: string | undefined;
  readonly language: string;
  readonly token?: string | undefined;
  readonly alarms?: PartnerAlarmsConfig | undefined;
  readonly tickets?: PartnerTicketsConfig | undefined;
  readonly promise: { readonly acknowledge?: number | undefined; readonly resolve?: number | undefined };
}

/** How the attribution asks: how many are silent and how many there are, by these labels. */
export interface AttributionSetting {
  readonly silent: string;
  readonly total: string;
  readonly by: readonly string[];
}

/** What messages speak about, as the stage action has it; `url` is our system's id at partners. */
export interface PartnerSetting extends ActionSetting {
  readonly partners: readonly PartnerConfig[];
  readonly attribution: AttributionSetting | null;
}

export interface PartnerRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeout: number;
  readonly maxBytes?: number;
}

export interface PartnerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What the exchange with partners is handed besides the store and the clock. */
export interface PartnerServices {
  setting(): PartnerSetting;
  /** Calls a partner. Throws Fault `outside_failed` or `address_refused`. */
  request(request: PartnerRequest): Promise<PartnerResponse>;
  readonly measure: ActionServices['measure'];
  readonly secrets: ActionServices['secrets'];
  /** Runs the mappings of alarms, in a thread of their own: one that works too long holds up nobody else. */
  readonly mappings: MappingRunner;
}

export type PartnerDeps = Deps<PartnerTx> & Pick<IncidentDeps, 'incidents'>;

export function partnerOf(services: Pick<PartnerServices, 'setting'>, name: string): PartnerConfig | null {
  return services.setting().partners.find((one) => one.name === name) ?? null;
}

/** The partner as an actor: what it tells us is its doing. */
export function partnerActor({ name, title }: Pick<PartnerConfig, 'name' | 'title'>): Actor {
  return { kind: 'partner', id: name, name: title, roles: [] };
}

/** Labels that the partner's mapping makes of an alarm; what is no text is left out, and a mapping that fails makes none. */
export async function mappedLabels(
  { mappings }: Pick<PartnerServices, 'mappings'>,
  partner: PartnerConfig,
  alarm: unknown,
): Promise<Labels> {
  const mapping = partner.alarms?.mapping;
  if (mapping === undefined) return {};
  let made: unknown;
  try {
    made = await mappings.run(mapping, { body: alarm, headers: {}, source: { name: partner.name } });
  } catch {
    // An alarm without its extra labels is worth more than none.
    return {};
  }
  if (typeof made !== 'object' || made === null) return {};
  const pairs = Object.entries(made).filter(
    (pair): pair is [string, string] => /^[a-zA-Z_]\w*$/.test(pair[0]) && typeof pair[1] === 'string',
  );
  return Object.fromEntries(pairs.slice(0, 30).map(([name, value]) => [name, value.slice(0, 200)]));
}
