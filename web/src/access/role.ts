/** What the page offers to whom. The server decides; this only hides what it would refuse. */
import { useMe } from './query.ts';

/** Whether the signed-in account may coordinate incidents, record observations, or administer. */
export function useMay(): { act: boolean; observe: boolean; administer: boolean } {
  const role = useMe().data?.role;
  return {
    act: role === 'admin' || role === 'duty',
    observe: role === 'admin' || role === 'duty' || role === 'agent',
    administer: role === 'admin',
  };
}
