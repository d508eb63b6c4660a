import { execFile } from 'node:child_process';
import type { StepRunner } from '../action/ports.ts';
import type { CommandConfig } from '../action/index.ts';
import { Fault } from '../core/fault.ts';

const OUTPUT_CAP = 65_536;

/**
 * Runs commands of the allow-list by their names: no shell, a bare environment, a time limit and a cap on the output.
 * The idempotency key stands in LAMPLIGHTER_KEY.
 * @throws Fault `bad_request` for a name or a number of arguments that is not listed, `outside_failed` when it hangs
 */
export function commandRunner(commands: () => readonly CommandConfig[]): StepRunner['command'] {
  return async ({ key, name, args, timeout }) => {
    const command = commands().find((one) => one.name === name);
    if (!command) throw new Fault('bad_request', { what: `There is no command "${name}". List it under commands.` });
    if (args.length > command.args || args.some((arg) => arg.includes('\0'))) {
      throw new Fault('bad_request', {
        what: `The command "${name}" takes at most ${command.args} plain argument(s).`,
      });
    }
    const [program, ...fixed] = command.run;
    const { promise, resolve, reject } = Promise.withResolvers<{ code: number; output: string }>();
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', LAMPLIGHTER_KEY: key };
    const options = { timeout, maxBuffer: OUTPUT_CAP, env, cwd: '/', shell: false, killSignal: 'SIGKILL' } as const;
    execFile(program!, [...fixed, ...args], options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (!error) return resolve({ code: 0, output });
      if (typeof error.code === 'number') return resolve({ code: error.code, output });
      const why = error.killed ? `it ran longer than ${timeout} ms or wrote too much` : error.message;
      reject(new Fault('outside_failed', { what: `The command ${name}`, why }, { cause: error }));
    });
    return promise;
  };
}
