import { Option, type Command } from 'commander';

/** The configuration file. */
export const configOption = (): Option =>
  new Option('-c, --config <file>', 'configuration file').env('LAMPLIGHTER_CONFIG').default('lamplighter.yaml');

/** The directory of the embedded databases. */
export const dataOption = (): Option =>
  new Option('-d, --data <directory>', 'directory of the embedded databases (storage.directory if left out)').env(
    'LAMPLIGHTER_DATA',
  );

/** For commands that talk to a running server and nothing else. */
export function serverOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--url <address>', 'the running server, such as http://localhost:8642')
        .env('LAMPLIGHTER_URL')
        .makeOptionMandatory(),
    )
    .option('--token-file <file>', 'file with an API token (LAMPLIGHTER_TOKEN if left out)');
}

/** Lines behind the help of a command: how it is called. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  lamplighter ${line}`).join('\n')}`);
}

const HINT = 'With LAMPLIGHTER_URL and LAMPLIGHTER_TOKEN in the environment, --url and --token-file can be left out.';

/** Says behind the help of a group how its commands find the server. */
export function serverHint(command: Command, ...lines: readonly string[]): Command {
  return examples(command, ...lines).addHelpText('after', `\n${HINT}`);
}
