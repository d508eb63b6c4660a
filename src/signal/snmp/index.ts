/** SNMP traps and informs, mapped to alerts by data. */
export { snmpSchema, type SnmpConfig } from './config.ts';
export { takeTrap, type TrapSender } from './take-trap.ts';
export { versionOneOid, type Trap } from './trap.ts';
