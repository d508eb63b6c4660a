import { wantsColour, Console } from './console.ts';
import { DemoProblem, readOptions, type RawDemoOptions } from './options.ts';
import { play, type Cleanup } from './play.ts';

const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Plays an evening of the operator Kiez Mobil against a real server, over the real protocols, and checks each act by
 * asking the server. What was started is stopped at the end, and at Ctrl-C.
 * @param raw the options as the command line gives them
 * @returns the exit code: 0 when every act was seen, else 1; 0 too when somebody stopped it
 */
export async function runDemo(raw: RawDemoOptions = {}): Promise<number> {
  const live = process.stdout.isTTY;
  const console = new Console({
    write: (text) => process.stdout.write(text),
    colour: wantsColour(process.env, live),
    live,
    columns: () => process.stdout.columns ?? 80,
  });
  const stop = new AbortController();
  const onEnd = () => stop.abort();
  // Ctrl-C, a polite kill, a closed terminal: each ends the story with the server stopped and the directory removed.
  for (const signal of ENDS) process.on(signal, onEnd);
  // When nobody reads any more (a closed pipe), there is nobody to tell the story to.
  process.stdout.on('error', onEnd);
  const cleanups: Cleanup[] = [];
  try {
    return await play(readOptions(raw), console, stop, cleanups);
  } catch (error) {
    if (!(error instanceof DemoProblem)) throw error;
    console.error(error.message.split('\n'));
    return 1;
  } finally {
    stop.abort();
    for (const cleanup of cleanups.reverse()) await cleanup();
    for (const signal of ENDS) process.off(signal, onEnd);
  }
}
