/**
 * What the API under /ops/v1 takes and gives, shared with the web part (types only there). Instants are milliseconds
 * since the epoch. Lists are pages by keyset: `next` is passed as `after`.
 */
export { role } from './contract/base.ts';
export * from './contract/access.ts';
export * from './contract/account.ts';
export * from './contract/alert.ts';
export * from './contract/care.ts';
export * from './contract/delivery.ts';
export * from './contract/duty.ts';
export * from './contract/incident.ts';
export * from './contract/integration.ts';
export * from './contract/maintenance.ts';
export * from './contract/now.ts';
export * from './contract/level.ts';
export * from './contract/rule.ts';
export * from './contract/lasting.ts';
export * from './contract/public.ts';
export * from './contract/topology.ts';
export * from './contract/partner.ts';
export * from './contract/given.ts';
export * from './contract/backtest.ts';
