const WIDTH = 30;

/** A bar on the terminal that shows how much is done; nothing where there is no terminal, or colours are not wanted. */
export class ProgressBar {
  readonly #label: string;
  readonly #on: boolean;
  #shown = -1;

  constructor(label: string) {
    this.#label = label;
    this.#on = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  }

  /** @param share 0 to 1 */
  show(share: number): void {
    const percent = Math.floor(Math.min(1, share) * 100);
    if (!this.#on || percent === this.#shown) return;
    this.#shown = percent;
    const full = Math.round((percent / 100) * WIDTH);
    const bar = `${'\u2588'.repeat(full)}${'\u2591'.repeat(WIDTH - full)}`;
    process.stderr.write(`\r${this.#label} ${bar} ${String(percent).padStart(3)} %`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#on && this.#shown >= 0) process.stderr.write(`\r${' '.repeat(this.#label.length + WIDTH + 8)}\r`);
  }
}
