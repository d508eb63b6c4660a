import type { Span } from '../parse/ast.ts';
import { quote } from '../parse/quote.ts';
import { locate } from '../parse/syntax-error.ts';

/** Collects remarks on a query: each text once, in the order they were made. */
export class Annotations {
  #text: string | (() => string);
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();

  /** @param text the expression that spans refer to, or what prints it: most queries have no remarks */
  constructor(text: string | (() => string)) {
    this.#text = text;
  }

  /** Something is probably wrong with the result. */
  warn(what: string, span: Span): void {
    this.#warnings.add(`PromQL warning: ${what} (${this.#place(span)})`);
  }

  /** Something that may be intended. */
  info(what: string, span: Span): void {
    this.#infos.add(`PromQL info: ${what} (${this.#place(span)})`);
  }

  #place({ start }: Span): string {
    if (typeof this.#text === 'function') this.#text = this.#text();
    return locate(this.#text, start);
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  get infos(): readonly string[] {
    return [...this.#infos];
  }
}

/** The remark on a range that holds floats and histograms. */
export function mixedRange(metric: string): string {
  return `encountered a mix of histograms and floats for metric name ${quote(metric)}`;
}

/** The remark on operands of kinds that do not go together. */
export function incompatibleOperands(op: string, left: string, right: string): string {
  return `incompatible sample types encountered for binary operator "${op}": ${left} ${op} ${right}`;
}
