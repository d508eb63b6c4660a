/** What vehicles tell, and the counts that are made of it. */
export type { FleetConfig } from './config.ts';
export { readTopic, readVehicleMessage, text, type VehicleMessage } from './message.ts';
export { FleetSeries } from './series.ts';
export { FleetState, nearestCity, type MessageOutcome } from './state.ts';
