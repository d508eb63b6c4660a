import type { ActionTx } from '../../src/action/ports.ts';

type Actions = ActionTx['actions'];

/** The part of the duty that no test on the memory store writes: scenarios on real databases do. */
export function noDuty(): Pick<
  Actions,
  | 'insertTemporaryDuty'
  | 'temporaryDuties'
  | 'cancelTemporaryDuty'
  | 'insertAbsence'
  | 'cancelAbsence'
  | 'absences'
  | 'insertSwap'
  | 'swap'
  | 'swaps'
  | 'answerSwap'
  | 'insertHandover'
  | 'handover'
  | 'handovers'
  | 'updateHandover'
  | 'insertCall'
  | 'call'
  | 'callByAnswerHash'
  | 'calls'
  | 'updateCall'
  | 'insertFeed'
  | 'feeds'
  | 'feedByHash'
  | 'updateFeed'
> {
  const nothing = (): Promise<null> => Promise.resolve(null);
  const none = (): Promise<never[]> => Promise.resolve([]);
  const refuse = (): Promise<never> => Promise.reject(new Error('the memory store keeps no duty; use a World'));
  return {
    insertTemporaryDuty: refuse,
    temporaryDuties: none,
    cancelTemporaryDuty: refuse,
    insertAbsence: refuse,
    cancelAbsence: refuse,
    absences: none,
    insertSwap: refuse,
    swap: nothing,
    swaps: none,
    answerSwap: refuse,
    insertHandover: refuse,
    handover: nothing,
    handovers: none,
    updateHandover: refuse,
    insertCall: refuse,
    call: nothing,
    callByAnswerHash: nothing,
    calls: none,
    updateCall: refuse,
    insertFeed: refuse,
    feeds: none,
    feedByHash: nothing,
    updateFeed: refuse,
  };
}
