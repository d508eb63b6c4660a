/** Where a learnt edge was seen, in words with a figure. */
export interface EdgeEvidence {
  readonly words: string;
  /** A rate or a count; only to be compared with others of the same words. */
  readonly value: number;
}

/**
 * A call that was seen but stands in no configuration. It is proposed with its evidence; only a person's acceptance
 * makes it part of the topology, and a rejected one is not proposed again.
 */
export interface Edge {
  /** `caller->callee`. */
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly evidence: readonly EdgeEvidence[];
  readonly state: 'proposed' | 'accepted' | 'rejected';
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly reason: string | null;
}

export function edgeId(caller: string, callee: string): string {
  return `${caller}->${callee}`;
}
