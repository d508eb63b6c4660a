import { explain, type Explanation, type Question, type RankedCause } from './explain.ts';

/** How many places of an incident are asked about. */
const ASKED = 6;

/**
 * What explains several symptoms of one incident together: each is asked for by itself, and a candidate's probability is
 * the mean over those that have an answer. What hurts only one of them weighs less than what hurts all.
 * @param symptoms places of the incident, the one where it is felt first
 * @returns null when none of them is measured
 */
export function explainTogether(question: Omit<Question, 'symptom'>, symptoms: readonly string[]): Explanation | null {
  const measured = symptoms.filter((name) => question.metrics.of.has(name)).slice(0, ASKED);
  const answers = measured.map((symptom) => explain({ ...question, symptom }));
  const said = answers.filter(({ abstained }) => abstained === null);
  const first = said[0] ?? answers.find(({ reason }) => reason === 'unexplained') ?? answers[0];
  if (!first || said.length < 2) return first ?? null;
  const found = new Map<string, { cause: RankedCause; sum: number }>();
  for (const { causes } of said) {
    for (const cause of causes) {
      const before = found.get(cause.component);
      found.set(cause.component, { cause: before?.cause ?? cause, sum: (before?.sum ?? 0) + cause.probability });
    }
  }
  const causes = [...found.values()]
    .map(({ cause, sum }) => ({ ...cause, probability: Math.round((1000 * sum) / said.length) / 1000 }))
    .toSorted((a, b) => b.probability - a.probability || (a.component < b.component ? -1 : 1));
  return { ...first, causes };
}
