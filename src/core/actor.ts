import { Fault } from './fault.ts';

/** What a person or a token may do; a rule and the system act by the configuration alone. */
export type Role = 'admin' | 'duty' | 'agent' | 'viewer';

/** Who or what changes something. Every journal row names one. */
export interface Actor {
  readonly kind: 'person' | 'token' | 'rule' | 'system' | 'partner';
  /** Stable id: an account's name, a token's id, a rule's id, a stage's name. */
  readonly id: string;
  /** What the timeline shows. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Permissions that a token is narrowed to; absent or empty means everything its roles may do. */
  readonly scopes?: readonly string[];
}

/** The program itself, acting for a stage by the configuration. */
export function systemActor(stage: string): Actor {
  return { kind: 'system', id: stage, name: 'Lamplighter', roles: ['admin'] };
}

/**
 * The roles that may use each verb: the one place that decides. A verb that is not listed is refused to everybody.
 * Admin may do everything that is listed.
 */
const PERMISSIONS = {
  'view.operations': ['duty', 'agent', 'viewer'],
  'signal.send': ['duty', 'agent'],
  'signal.settle': ['duty'],
  'observation.record': ['duty', 'agent'],
  'alert.silence': ['duty'],
  'alert.maintain': ['duty'],
  'incident.open': ['duty', 'agent'],
  'incident.accept': ['duty'],
  'incident.update': ['duty'],
  'incident.note': ['duty', 'agent'],
  'incident.merge': ['duty'],
  'incident.split': ['duty'],
  'incident.resolve': ['duty'],
  'incident.reopen': ['duty'],
  'incident.correct': ['duty'],
  'change.record': ['duty', 'agent'],
  'topology.decide': ['duty'],
  'duty.override': ['duty'],
  'member.notify': ['duty'],
  'playbook.run': ['duty'],
  'playbook.abort': ['duty'],
  'ticket.open': ['duty', 'agent'],
  'ticket.update': ['duty', 'agent'],
  'partner.exchange': ['duty', 'agent'],
  'partner.ticket': ['duty'],
  'retro.update': ['duty'],
  'level.give': ['duty'],
  'improvement.propose': ['duty'],
  'improvement.prove': ['duty'],
  'improvement.decide': ['duty'],
  'access.manage': [],
  'series.delete': [],
  'config.reload': [],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

/**
 * Lets the actor pass or refuses.
 * @throws Fault `forbidden`, naming the roles that would do
 */
export function permit(actor: Actor, permission: Permission): void {
  if (!allowed(actor, permission)) {
    const roles = ['admin', ...(PERMISSIONS[permission] ?? [])].join(' or ');
    throw new Fault('forbidden', { actor: actor.name, verb: permission, roles });
  }
}

/** Whether `permit` would let the actor pass. */
export function allowed(actor: Actor, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission] ?? [];
  const narrowed = actor.scopes !== undefined && actor.scopes.length > 0 && !actor.scopes.includes(permission);
  return !narrowed && permission in PERMISSIONS && actor.roles.some((role) => role === 'admin' || roles.includes(role));
}

/** Every permission with the roles that hold it, for the documentation and the tests. */
export function permissionList(): readonly { permission: Permission; roles: readonly Role[] }[] {
  return (Object.keys(PERMISSIONS) as Permission[]).map((permission) => ({
    permission,
    roles: ['admin', ...PERMISSIONS[permission]],
  }));
}
