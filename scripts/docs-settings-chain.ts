/** What the settings around chains mean: hours, teams, key contacts, conditions of steps; see docs-settings.ts. */
export const CHAIN_SETTINGS: Readonly<Record<string, string | readonly [meaning: string, fallback: string]>> = {
  hours: 'Hours of the week by a name, for steps of chains. See [chains](semantics/chain.md#conditions-of-a-step).',
  'hours[].name': 'Names the window.',
  'hours[].zone': ['Time zone of the times.', 'the zone of `duty`'],
  'hours[].only': 'Days and times at which it is open.',
  'hours[].only[].days': ['Days as `mon` to `sun`.', 'every day'],
  'hours[].only[].from': 'Wall time of the beginning.',
  'hours[].only[].to': 'Wall time of the end; at or before `from` it lies on the next day.',
  'hours[].calendar': [
    'Name of one of `calendars`: a holiday counts as the weekday that the calendar says, mostly a Sunday.',
    'holidays are as other days',
  ],
  'hours[].not': ['Instead of `only`: the window that this one is the rest of.', 'none'],
  teams: 'People who are paged together under one name, as the `target` of a step.',
  'teams[].name': 'Names the team. No person and no other word of chains may have the name.',
  'teams[].title': ['What people call it.', 'the name'],
  'teams[].people': 'Ids of its people.',
  contacts:
    'Key contacts by role and severity. A role is a `target`: the first entry of the role whose severity fits is paged.',
  'contacts[].role': 'The role, such as `comms`. The same role may stand in several entries.',
  'contacts[].person': 'Id of the person.',
  'contacts[].severity': ['Severities that the entry is for.', 'all'],
  'chains[].steps[].hours': [
    'Name of a window under `hours`: the step is taken inside it alone. A chain whose page steps all lie outside their hours at some instant is refused.',
    'at every hour',
  ],
  'chains[].steps[].outside': [
    'What is done outside the hours: `skip` goes on to the next step, `wait` waits until they begin, and steps after it are that much later. A chain that may be for more than minor incidents must page somebody before a step that waits.',
    '`skip`',
  ],
  'chains[].steps[].alerts_at_least': ['The step is taken if the incident has at least so many alerts.', 'any number'],
  'chains[].steps[].within': ['Only alerts that fired so short a time before count.', 'all alerts'],
  'chains[].steps[].severity': ['The step is taken if the incident has one of these severities.', 'any'],
  'chains[].steps[].functions': ['The step is taken if one of these functions is hurt.', 'any'],
};
