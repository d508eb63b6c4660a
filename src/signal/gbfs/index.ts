/** GBFS 2.3 and 3.0: public feeds of vehicles. */
export { gbfsSchema, type GbfsConfig } from './config.ts';
export { GbfsPoller } from './poller.ts';
