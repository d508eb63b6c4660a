import type { PagePurpose } from '../nouns.ts';

/** How a page of each purpose speaks. */
interface PurposeWords {
  /** Stands before the title in subjects and short texts; empty for a page that asks for somebody. */
  readonly mark: string;
  /** What its button does. */
  readonly verb: string;
  /** The first line of its text; empty where the incident itself is the matter. */
  readonly line: string;
}

export const PURPOSE_WORDS: Readonly<Record<PagePurpose, PurposeWords>> = {
  page: { mark: '', verb: 'Accept', line: '' },
  reminder: {
    mark: 'Reminder: ',
    verb: 'I am on it',
    line: 'You have this incident, and nothing was heard for a while. Say that you are on it, or write an update.',
  },
  wake: { mark: 'Awake: ', verb: 'I am on it', line: 'This incident was snoozed and is awake again.' },
  'hand-over': { mark: 'Take over? ', verb: 'Take it over', line: 'You are asked to take this incident over.' },
  'hand-over-back': {
    mark: 'Still yours: ',
    verb: 'I am on it',
    line: 'Nobody took this incident over. You still have it.',
  },
  'promise-due': {
    mark: 'Update due: ',
    verb: 'I am on it',
    line: 'Others wait for the update that was promised. Write it on the page of the incident.',
  },
  'promise-broken': {
    mark: 'Update overdue: ',
    verb: 'Accept',
    line: 'The update that was promised did not come.',
  },
  'sla-warning': {
    mark: 'Target nearly missed: ',
    verb: 'Accept',
    line: 'An agreed level of service is nearly missed.',
  },
  'sla-broken': { mark: 'Target missed: ', verb: 'Accept', line: 'An agreed level of service was missed.' },
};

/** Words that begin a line of a page's text which a channel with buttons leaves out. */
export const LINK_LINE = /^(Accept|I am on it|Take it over|Incident|By mail): /;
