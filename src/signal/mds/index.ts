/** The Mobility Data Specification 2.0: events and telemetry of vehicles. */
export { mdsSchema, type MdsConfig, type MdsProvider } from './config.ts';
export { acceptsMds, MDS_TYPE, MdsIntake, type MdsAnswer } from './intake.ts';
