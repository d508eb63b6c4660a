/** Syslog by RFC 5424, as an option: lines that a mapping makes alerts of. */
export { syslogSchema, type SyslogConfig } from './config.ts';
export { SyslogFrames } from './line.ts';
export { takeLine } from './take-line.ts';
