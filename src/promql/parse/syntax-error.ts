import { Fault } from '../../core/fault.ts';

/** `line:column` of an offset, both from 1. */
export function locate(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `${line}:${offset - before.lastIndexOf('\n')}`;
}

/** The fault for a text that does not parse, worded and placed as Prometheus does: `1:7: parse error: ...`. */
export function syntaxError(text: string, offset: number, why: string, cause?: unknown): Fault {
  const what = `${locate(text, offset)}: parse error: ${why}`;
  return new Fault('expression_invalid', { expr: text, what }, { cause });
}
