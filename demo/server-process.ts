import { spawn, type ChildProcess } from 'node:child_process';
import { DemoProblem } from './options.ts';
import { pause } from './clock.ts';

const KEPT_LINES = 40;

/** The Lamplighter server as a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #log: string[] = [];
  readonly #ended: Promise<void>;
  #end: string | null = null;
  #stopping = false;

  /**
   * Starts it.
   * @param args of Node's command line: the program's file and its arguments
   * @param env added to this process's own environment
   * @param root directory of the project
   */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>, root: string) {
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', '--max-old-space-size=1024', ...args],
      {
        cwd: root,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A Ctrl-C of the terminal goes to the whole process group. In its own, the server hears of it from us, once.
        detached: process.platform !== 'win32',
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#end = `it could not be started: ${error.message}`;
        resolve();
      });
      this.#child.once('close', (code, signal) => {
        this.#end ??= signal === null ? `it ended with code ${code ?? 0}` : `it was ended by ${signal}`;
        resolve();
      });
    });
  }

  /** How it ended on its own, in words; null while it runs or when it was stopped on purpose. */
  died(): string | null {
    return this.#stopping ? null : this.#end;
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The last lines it wrote. */
  lastLines(count = 15): readonly string[] {
    return this.#log.slice(-count);
  }

  /** Waits until `url`/-/ready answers. Throws DemoProblem with the last log lines when it dies or takes over `ms`. */
  async ready(url: string, ms: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + ms;
    while (!signal.aborted) {
      if (this.#end !== null) throw new DemoProblem(this.report(`The server did not start: ${this.#end}.`));
      if (performance.now() > until)
        throw new DemoProblem(this.report(`The server was not ready within ${ms / 1000} s.`));
      const ok = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (ok) return;
      await pause(100, signal);
    }
  }

  /** `what` with the last lines of the server's log under it. */
  report(what: string): string {
    const lines = this.lastLines();
    if (lines.length === 0) return `${what} It wrote nothing.`;
    return [what, 'The last lines it wrote:', ...lines.map((line) => `  ${line}`)].join('\n');
  }

  /** Asks it to end, and makes it end when it has not after ten seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#end !== null) return;
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#ended;
    clearTimeout(hard);
  }

  #keep(text: string): void {
    for (const line of text.split('\n')) {
      if (line.trim() !== '') this.#log.push(line.slice(0, 400));
    }
    this.#log.splice(0, Math.max(0, this.#log.length - KEPT_LINES));
  }
}
