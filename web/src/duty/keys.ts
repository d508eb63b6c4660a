/** The queries that a change of the duty makes stale. */
export const DUTY_KEYS = ['duty', 'now', 'duty-around'] as const;
