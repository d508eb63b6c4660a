/** What the measures said of the cause of an incident, with why they said nothing. */
export const CAUSE_MEASURES = [`ALTER TABLE incident_ranking ADD COLUMN measures text`] as const;
