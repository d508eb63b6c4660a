import { fingerprint, withoutLabels } from '../../core/labels.ts';
import type { AlertEvent } from '../signal.ts';
import type { TrapMapping } from './config.ts';

/** A trap or inform as it was received, its variables as text. */
export interface Trap {
  readonly version: '1' | '2c' | '3';
  readonly kind: 'trap' | 'inform';
  /** The trap's identifier; of version 1 translated by RFC 3584. */
  readonly oid: string;
  readonly address: string;
  /** The sender's number for the message: the same when an inform is sent again. */
  readonly requestId: number;
  /** Hundredths of a second since the sender started. */
  readonly uptime: number | null;
  readonly variables: readonly { readonly oid: string; readonly value: string }[];
}

const IF_INDEX = '1.3.6.1.2.1.2.2.1.1';
const STANDARD = '1.3.6.1.6.3.1.1.5';
const ALARM_MIB = '1.3.6.1.2.1.118';
const mapping = (oid: string, alertname: string, change: Partial<TrapMapping> = {}): TrapMapping => ({
  oid,
  alertname,
  status: 'firing',
  severity: 'warning',
  key: [],
  labels: {},
  ...change,
});
const HOUR = 3_600_000;

/** The traps of SNMPv2-MIB, IF-MIB and ALARM-MIB (RFC 3877). A configured one with the same identifier goes before. */
export const STANDARD_TRAPS: readonly TrapMapping[] = [
  mapping(`${STANDARD}.1`, 'ColdStart', { severity: 'info', expires: HOUR, summary: 'A device started anew' }),
  mapping(`${STANDARD}.2`, 'WarmStart', { severity: 'info', expires: HOUR, summary: 'A device started anew' }),
  mapping(`${STANDARD}.3`, 'LinkDown', {
    key: [IF_INDEX],
    labels: { interface: IF_INDEX },
    severity: 'critical',
    summary: 'A link is down',
  }),
  mapping(`${STANDARD}.4`, 'LinkDown', { key: [IF_INDEX], labels: { interface: IF_INDEX }, status: 'resolved' }),
  mapping(`${STANDARD}.5`, 'AuthenticationFailure', {
    expires: HOUR,
    summary: 'A device was asked with wrong credentials',
  }),
  mapping(`${ALARM_MIB}.0.2`, 'DeviceAlarm', {
    key: [`${ALARM_MIB}.1.2.2.1.13`, `${ALARM_MIB}.1.2.2.1.10`],
    labels: { alarmed_object: `${ALARM_MIB}.1.2.2.1.10` },
    severity: 'critical',
    summary: 'A device reports an alarm',
  }),
  mapping(`${ALARM_MIB}.0.3`, 'DeviceAlarm', {
    key: [`${ALARM_MIB}.1.2.2.1.13`, `${ALARM_MIB}.1.2.2.1.10`],
    labels: { alarmed_object: `${ALARM_MIB}.1.2.2.1.10` },
    status: 'resolved',
  }),
];

/** ITU severities (ITU-ALARM-TC-MIB) in our words; null is the end. */
const ITU: Readonly<Record<string, string | null>> = {
  '1': null,
  '2': 'warning',
  '3': 'critical',
  '4': 'critical',
  '5': 'warning',
  '6': 'warning',
};
const MOST_SHOWN = 10;

/** The identifier of a version 1 trap, by RFC 3584: the six generic ones, or ENTERPRISE.0.SPECIFIC. */
export function versionOneOid(enterprise: string, generic: number, specific: number): string {
  return generic >= 0 && generic < 6 ? `${STANDARD}.${generic + 1}` : `${enterprise}.0.${specific}`;
}

/**
 * The alert event that a trap stands for, or null where it is to be passed over. Pure.
 * @param sender who it is by its address
 */
export function trapEvent(
  trap: Trap,
  traps: readonly TrapMapping[],
  sender: { readonly partner: string | null; readonly labels: Readonly<Record<string, string>> },
  unknown: 'warning' | 'info' | 'ignore',
  now: number,
): AlertEvent | null {
  const found = traps.find(({ oid }) => oid === trap.oid) ?? STANDARD_TRAPS.find(({ oid }) => oid === trap.oid);
  if (!found && unknown === 'ignore') return null;
  const meant =
    found ?? mapping(trap.oid, 'SnmpTrap', { severity: unknown === 'info' ? 'info' : 'warning', expires: HOUR });
  const itu = meant.severity_from === undefined ? undefined : valueOf(trap, meant.severity_from);
  const weighed = itu === undefined ? undefined : ITU[itu];
  const over = weighed === null || (weighed === undefined && meant.status === 'resolved');
  const source = sender.partner === null ? 'snmp' : `snmp:${sender.partner}`;
  const told = Object.fromEntries(
    Object.entries(meant.labels).map(([label, oid]) => [label, valueOf(trap, oid) ?? '']),
  );
  const shown = trap.variables.slice(0, MOST_SHOWN).map(({ oid, value }) => `${oid} = ${value.slice(0, 100)}`);
  return {
    fingerprint: fingerprint({
      source,
      sender: trap.address,
      alertname: found ? meant.alertname : trap.oid,
      key: meant.key.map((oid) => valueOf(trap, oid) ?? '').join('\n'),
    }),
    source,
    labels: withoutLabels({
      alertname: meant.alertname,
      severity: weighed ?? meant.severity,
      sender: trap.address,
      ...(sender.partner === null ? {} : { partner: sender.partner }),
      ...told,
      ...sender.labels,
    }),
    annotations: withoutLabels({
      summary: `${meant.summary ?? `Trap ${trap.oid}`} (${[trap.address, ...Object.values(told)].filter((one) => one !== '').join(', ')})`,
      description: shown.join('\n'),
    }),
    status: over ? 'resolved' : 'firing',
    startsAt: now,
    endsAt: over ? now : meant.expires === undefined ? null : now + meant.expires,
    generatorUrl: null,
    value: null,
  };
}

/** The value of a variable: of the identifier itself or of an instance below it. */
function valueOf(trap: Trap, oid: string): string | undefined {
  return trap.variables.find((one) => one.oid === oid || one.oid.startsWith(`${oid}.`))?.value;
}
