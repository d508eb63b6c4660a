/** The facts that this stage writes to the journal. Subject: the retro. */
export const RETRO_FACTS = {
  /** A draft with the facts of a resolved incident was written. */
  prefilled: 'retro.prefilled',
  /** The incident resolved again, or its timeline was corrected: the facts were gathered anew. */
  refreshed: 'retro.refreshed',
  /** A person wrote what they mean. */
  updated: 'retro.updated',
  /** The retro was held. */
  held: 'retro.held',
  /** Nothing is left to learn from it. */
  closed: 'retro.closed',
} as const;

/** The kinds of work that this stage does. */
export const RETRO_WORK = {
  /** Leads here: incident.resolved, incident.corrected. */
  prefill: 'retro.prefill',
} as const;
