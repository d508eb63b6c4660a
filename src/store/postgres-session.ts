import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import type pg from 'pg';
import { runsDirectly } from './prepared.ts';
import type { Database } from './schema.ts';

/** A statement that was run so often on a connection is kept parsed by the server, and so many of them. */
const KEPT_AFTER = 2;
const KEPT_MOST = 400;
/** Texts that are counted; lists of different lengths make texts of their own. */
const COUNTED_MOST = 4000;

interface Answer {
  readonly rows: unknown[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** What became of the statements of one transaction. */
interface Turn {
  /** The first that failed: what follows it fails because of it. */
  failed: { readonly error: unknown } | null;
  /** Whether a statement went out whose answer nobody waits for. */
  sent: boolean;
}

/**
 * A connection of the pool, for as long as it lives. Statements go out one after the other without waiting for answers,
 * which come back in the same order: what is only written costs no round trip of its own, and reads that are asked for
 * together cost one. A statement that fails makes everything after it fail up to the end of its transaction, so that its
 * error is told at the latest by the commit.
 */
export class Session {
  /** Kysely on this connection; the queries that are put together once are kept with it. */
  readonly db: Kysely<Database>;
  readonly #client: pg.PoolClient;
  #turn: Turn = { failed: null, sent: false };
  #epoch = 0;
  readonly #uses = new Map<string, number>();
  readonly #names = new Map<string, string>();

  constructor(client: pg.PoolClient) {
    this.#client = client;
    const release = (): void => undefined;
    // Whoever took the connection from the pool gives it back; kysely only borrows it.
    const query = (text: string, values: readonly unknown[] = []): Promise<Answer> => this.ask(text, values);
    const pool = { connect: () => Promise.resolve({ query, release }), end: () => Promise.resolve() };
    this.db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) });
    runsDirectly(
      this.db,
      async ({ sql: text, parameters }) => {
        const { rows, rowCount } = await this.ask(text, parameters);
        return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
      },
      ({ sql: text, parameters }) => this.send(text, parameters),
    );
  }

  /**
   * Begins a transaction, without waiting.
   * @param epoch grows whenever what the server keeps for the pool's connections may be out of date
   */
  begin(mode: string, epoch: number): void {
    this.#anew(epoch);
    this.#command(`BEGIN ISOLATION LEVEL ${mode}`);
  }

  /** For statements that are each a transaction of their own. @param epoch as for `begin` */
  alone(epoch: number): Kysely<Database> {
    this.#anew(epoch);
    return this.db;
  }

  /** Ends the transaction and waits for the answer. @returns what the server did: COMMIT or ROLLBACK */
  async end(command: 'COMMIT' | 'ROLLBACK'): Promise<string> {
    const { command: done } = await this.#wait((then) => this.#command(command, then));
    return done;
  }

  /**
   * Leaves a transaction that wrote nothing, without waiting: whoever has the connection next is answered after it.
   * @throws why a statement failed that nobody waited for
   */
  async leave(): Promise<void> {
    if (!this.#turn.sent) return this.#command('ROLLBACK');
    await this.end('ROLLBACK');
    if (this.#turn.failed) throw this.#turn.failed.error;
  }

  /** Sends a statement whose answer nobody needs; should it fail, the transaction does. */
  send(text: string, values: readonly unknown[]): void {
    this.#turn.sent = true;
    this.#put({ text, values: values as unknown[], name: this.#nameOf(text) });
  }

  /** Sends a statement and waits for its answer. @throws what made the transaction fail first */
  ask(text: string, values: readonly unknown[]): Promise<Answer> {
    return this.#wait((then) => this.#put({ text, values: values as unknown[], name: this.#nameOf(text) }, then));
  }

  /** What failed first in the transaction that was begun last, or null. */
  get failed(): { readonly error: unknown } | null {
    return this.#turn.failed;
  }

  #anew(epoch: number): void {
    this.#turn = { failed: null, sent: false };
    if (this.#epoch === epoch) return;
    this.#epoch = epoch;
    this.#names.clear();
    this.#uses.clear();
    this.#command('DEALLOCATE ALL');
  }

  #command(text: string, then?: (answer: Answer | null) => void): void {
    this.#put({ text }, then);
  }

  async #wait(put: (then: (answer: Answer | null) => void) => void): Promise<Answer> {
    const turn = this.#turn;
    const answer = await new Promise<Answer | null>(put);
    if (answer) return answer;
    const { error } = turn.failed!;
    // The stack of the driver leads to a socket; this one leads to who asked.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }

  #put(query: pg.QueryConfig, then?: (answer: Answer | null) => void): void {
    const turn = this.#turn;
    this.#client.query(query, (error: Error | null, answer: Answer) => {
      if (error) turn.failed ??= { error };
      then?.(error ? null : answer);
    });
  }

  /** A name makes the server keep the statement: it is read and checked once and not at each use. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= KEPT_MOST) return known;
    const uses = (this.#uses.get(text) ?? 0) + 1;
    if (uses <= KEPT_AFTER) {
      if (this.#uses.size >= COUNTED_MOST) this.#uses.clear();
      this.#uses.set(text, uses);
      return undefined;
    }
    this.#uses.delete(text);
    const name = `s${this.#epoch}_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
