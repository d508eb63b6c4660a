import type { Console } from '../console.ts';
import { pause } from '../clock.ts';
import type { Act, Sight, Stage } from './act.ts';
import { notYet } from './act.ts';

const MINUTE = 60_000;
/** Real milliseconds between two looks. */
const BETWEEN_LOOKS = 400;
/** However fast the story runs, the server's deliveries take real time. */
const LEAST_PATIENCE = 8000;

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Plays one act and looks until it is seen or its time is up. */
async function playAct(act: Act, stage: Stage, console: Console): Promise<Sight> {
  const began = stage.clock.now();
  const limit = Math.max(act.within * MINUTE, LEAST_PATIENCE * stage.clock.speed);
  let failed: string | null = null;
  try {
    await act.play?.(stage);
  } catch (error) {
    failed = words(error);
  }
  let found = 'nothing';
  while (!stage.signal.aborted) {
    // A look that fails is a look that saw nothing yet: the server may be busy. What it said is kept for the report.
    const sight = await act.look(stage).catch((error: unknown) => notYet(words(error)));
    if (sight.is !== 'not-yet') return sight;
    const trouble = stage.metrics.trouble === null ? null : `remote write: ${stage.metrics.trouble}`;
    found = [failed, trouble, sight.found].filter((part) => part !== null).join('; ');
    if (stage.clock.now() - began > limit) break;
    console.wait(stage.clock.wall(), `Act ${act.number}: ${found}`);
    await pause(BETWEEN_LOOKS, stage.signal);
  }
  return notYet(found);
}

/**
 * Plays all acts in order. A missed act does not end the story: the next ones show what works without it.
 * @returns the numbers of the acts that were not seen; acts after an interruption by the signal are not counted
 */
export async function playStory(acts: readonly Act[], stage: Stage, console: Console): Promise<number[]> {
  const missed: number[] = [];
  for (const act of acts) {
    const sight = await playAct(act, stage, console);
    if (stage.signal.aborted) break;
    const wall = stage.clock.wall();
    if (sight.is === 'seen') {
      console.seen(wall, act.number, act.title, sight.lines);
      continue;
    }
    missed.push(act.number);
    console.missed(wall, act.number, act.title, act.expects, sight.found);
  }
  return missed;
}
