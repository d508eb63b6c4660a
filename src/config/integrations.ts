import { readIntegration, type Integration } from '../signal/index.ts';
import type { ConfigDocument, Mistake } from './document.ts';
import type { ConfigInput } from './index.ts';

/** The integrations that come with the program, and those of the configuration: one's own goes before one of its name. */
export function readIntegrations(
  patterns: readonly string[],
  input: ConfigInput,
  document: ConfigDocument,
  mistakes: Mistake[],
): readonly Integration[] {
  const own: Integration[] = [];
  patterns.forEach((pattern, index) => {
    const files = input.filesOf(pattern);
    if (files.length === 0) {
      const what = `integrations: there is no file ${pattern} (paths are relative to this file)`;
      mistakes.push({ file: input.file, line: document.lineOf(['integrations', index]), what });
    }
    for (const { path, text } of files) {
      const read = readIntegration(text);
      if ('name' in read) own.push(read);
      else for (const { path: at, what } of read) mistakes.push({ file: path, line: 1, what: `${at}: ${what}` });
    }
  });
  const names = new Set(own.map(({ name }) => name));
  return [...(input.integrations ?? []).filter(({ name }) => !names.has(name)), ...own];
}
