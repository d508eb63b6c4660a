import type { IncidentView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';
import { useVerb } from '../shell/verb.tsx';

/** What a verb on an incident changes on screen. */
export const INCIDENT_KEYS = ['now', 'incident', 'incidents'] as const;

/** Accepting an incident: the chain's escalation stops, and the officer has it. */
export function useAccept() {
  const { t } = useWords();
  return useVerb(
    (incident: IncidentView) =>
      call<IncidentView>('POST', `/ops/v1/incidents/${incident.id}/accept`, { version: incident.version }),
    { done: t('incident.acceptedDone'), refresh: INCIDENT_KEYS },
  );
}
