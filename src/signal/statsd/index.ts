/** statsd: counters, gauges, timers and sets in UDP packets, gathered between flushes. */
export { StatsdAggregate } from './aggregate.ts';
export { statsdSchema, type StatsdConfig } from './config.ts';
