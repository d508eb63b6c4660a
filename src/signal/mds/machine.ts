/**
 * The states of car-share vehicles and the events between them, as MDS 2.0 lists them (modes/car-share.md): by the state
 * before, then the state after, the events that lead there.
 */
const ENTER = 'trip_enter_jurisdiction';
const LEAVE = 'trip_leave_jurisdiction';
const CANCEL = ['driver_cancellation', 'customer_cancellation', 'provider_cancellation'];
const TRANSITIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  available: {
    elsewhere: [LEAVE],
    non_contactable: ['comms_lost'],
    non_operational: ['service_end'],
    reserved: ['reservation_start'],
  },
  elsewhere: {
    available: [ENTER],
    non_contactable: ['comms_lost'],
    non_operational: [ENTER],
    on_trip: [ENTER],
    reserved: [ENTER],
  },
  non_contactable: {
    available: ['comms_restored'],
    elsewhere: ['comms_restored'],
    non_operational: ['comms_restored'],
    on_trip: ['comms_restored'],
    removed: ['comms_restored'],
    reserved: ['comms_restored'],
    stopped: ['comms_restored'],
  },
  non_operational: {
    available: ['service_start'],
    elsewhere: [LEAVE],
    non_contactable: ['comms_lost'],
    removed: ['decommissioned', 'maintenance_pick_up', 'maintenance'],
  },
  on_trip: { elsewhere: [LEAVE], non_contactable: ['comms_lost'], stopped: ['trip_stop'] },
  removed: { non_contactable: ['comms_lost'], non_operational: ['maintenance_end', 'recommissioned'] },
  reserved: { available: CANCEL, elsewhere: [LEAVE], non_contactable: ['comms_lost'], stopped: ['reservation_stop'] },
  stopped: {
    available: [...CANCEL, 'trip_end'],
    non_contactable: ['comms_lost'],
    on_trip: ['trip_resume', 'trip_start'],
    stopped: ['charging_end', 'charging_start', 'fueling_end', 'fueling_start', 'remote_end', 'remote_start'],
  },
};

export const VEHICLE_STATES: readonly string[] = Object.keys(TRANSITIONS);
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  Object.values(TRANSITIONS).flatMap((to) => Object.values(to).flat()),
);

/**
 * Whether a vehicle can come from one state to another by these events. Several events in one message pass through states
 * in between; the way is searched step by step. From an unknown state every known one can be reached.
 */
export function isLegal(from: string | null, events: readonly string[], to: string): boolean {
  if (!VEHICLE_STATES.includes(to) || events.length === 0 || !events.every((event) => EVENT_TYPES.has(event)))
    return false;
  let states = new Set(from === null ? VEHICLE_STATES : [from]);
  for (const event of events) {
    const next = new Set<string>();
    for (const state of states) {
      for (const [target, leads] of Object.entries(TRANSITIONS[state] ?? {}))
        if (leads.includes(event)) next.add(target);
    }
    states = next;
  }
  return states.has(to);
}
