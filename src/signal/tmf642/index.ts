/** TMF642 alarms: what partners in telecommunication speak. */
export {
  alarmKey,
  instantOf,
  isCleared,
  readAlarm,
  readId,
  readNewAlarm,
  type AckState,
  type AlarmState,
  type PerceivedSeverity,
  type ReadAlarm,
  type TmfAlarm,
} from './alarm.ts';
export {
  partnerAlarmsSchema,
  partnerPromiseSchema,
  partnerTicketsSchema,
  type PartnerAlarmsConfig,
  type PartnerTicketsConfig,
} from './config.ts';
export { alarmEvent } from './event.ts';
export { fitsPattern, passes, pick, readResourceQuery, type ResourceQuery } from './resource.ts';
