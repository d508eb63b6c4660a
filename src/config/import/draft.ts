import { Fault } from '../../core/fault.ts';

export type Node = Readonly<Record<string, unknown>>;

/** What follows from the configuration of another program, and what does not. */
export interface Imported {
  /** Parts of lamplighter.yaml. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** One sentence for each thing that could not be carried over: where it stands and what to do instead. */
  readonly left: readonly string[];
  /** Names that the environment must have, because no secret is written: what belongs there. */
  readonly needs: readonly { readonly name: string; readonly what: string }[];
}

/** A file as it was handed in. */
export interface ImportFile {
  readonly name: string;
  readonly text: string;
}

interface Person {
  readonly id: string;
  readonly name: string;
  email?: string;
  phone?: string;
  rules?: object[];
  [address: string]: unknown;
}

/** Ids that mean somebody else in chains. */
const RESERVED = ['focal', 'deputy', 'fallback', 'next'];

/** What an import gathers: people, teams and chains with names that our configuration takes, and notes. */
export class Draft {
  readonly people: Person[] = [];
  readonly teams: { name: string; title: string; people: readonly string[] }[] = [];
  readonly chains: object[] = [];
  readonly left: string[] = [];
  readonly needs: { name: string; what: string }[] = [];
  readonly #ids = new Map<string, string>();
  readonly #chains = new Map<string, string>();

  /** Says what could not be carried over. */
  leave(where: string, why: string): void {
    const line = `${where}: ${why}`;
    if (!this.left.includes(line)) this.left.push(line);
  }

  /** A value that is a secret, or is not in the file: it is taken from the environment. */
  need(name: string, what: string): string {
    const plain = name
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '');
    if (!this.needs.some((one) => one.name === plain)) this.needs.push({ name: plain, what });
    return `\${${plain}}`;
  }

  /** The person behind a key of the other program, made when it is new. @returns the id */
  person(key: string, words: string, addresses: Readonly<Record<string, unknown>> = {}): string {
    const known = this.#ids.get(key);
    if (known !== undefined) {
      Object.assign(
        this.people.find(({ id }) => id === known)!,
        addresses,
      );
      return known;
    }
    const id = unused(slug(words.split('@')[0]!), [...RESERVED, ...this.people.map((one) => one.id)]);
    this.#ids.set(key, id);
    this.people.push({ id, name: words.slice(0, 100), ...addresses });
    return id;
  }

  /** The id of somebody who is known. */
  idOf(key: string): string | undefined {
    return this.#ids.get(key);
  }

  /** A team of people by its title, made when it is new. @returns its name */
  team(title: string, people: readonly string[]): string {
    const known = this.teams.find((one) => one.title === title);
    if (known) return known.name;
    const taken = [...RESERVED, ...this.people.map(({ id }) => id), ...this.teams.map(({ name }) => name)];
    const name = unused(slug(title), taken);
    this.teams.push({ name, title, people: [...new Set(people)] });
    return name;
  }

  /** The name that a chain of this key has or will have. */
  chainName(key: string, title: string): string {
    const name = this.#chains.get(key) ?? unused(slug(title), [...this.#chains.values()]);
    this.#chains.set(key, name);
    return name;
  }

  hasChain(key: string): boolean {
    return this.#chains.has(key);
  }

  /** Ways out that the people need, with secrets from the environment. @param ways those that are known */
  outside(ways: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const outside: Record<string, unknown> = { ...ways };
    if (ways['email'] === undefined && this.people.some(({ email }) => email !== undefined)) {
      outside['email'] = {
        from: 'Operations <operations@example.org>',
        relays: ['${LAMPLIGHTER_SMTP_URL:-smtp://127.0.0.1:25}'],
      };
      this.leave('outside.email', 'write your sender and relay there; LAMPLIGHTER_SMTP_URL may name the relay');
    }
    if (this.people.some(({ phone }) => phone !== undefined)) {
      const account = (name: string): object => ({
        name,
        kind: 'twilio',
        account: this.need('SMS_ACCOUNT', 'account SID at your vendor for SMS and calls'),
        token: this.need('SMS_TOKEN', 'its auth token'),
        from: this.need('SMS_FROM', 'the number or name it sends from'),
      });
      outside['sms'] = { vendors: [account('first')] };
      if (JSON.stringify(this.people).includes('"voice"')) outside['voice'] = { vendors: [account('first-voice')] };
    }
    return outside;
  }
}

/** A YAML or JSON value as a node; an empty one when it is none. */
export function nodeOf(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

/** The nodes of a list. */
export function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A text, or a number as it is written: ids and codes of other tools come as either. */
export function writtenOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/**
 * Reads JSON files of an API: of each the objects in it, whether they stand alone, in a list, or under a name.
 * @throws Fault `bad_request` when one is no JSON
 */
export function readJson(files: readonly ImportFile[]): { file: string; value: unknown }[] {
  return files.map(({ name, text }) => {
    try {
      return { file: name, value: JSON.parse(text) as unknown };
    } catch (error) {
      throw new Fault('bad_request', { what: `${name} is no JSON: ${(error as Error).message}` }, { cause: error });
    }
  });
}

/** Letters that do not come apart into a plain one and its mark. */
const LETTERS: Readonly<Record<string, string>> = { ı: 'i', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe' };

/** A text as a name of our configuration. */
export function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[ıßøłđæœ]/g, (letter) => LETTERS[letter]!)
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'unnamed' : plain;
}

/** The name with a number behind it, where it is taken. */
export function unused(name: string, taken: readonly string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name}-${number}`;
  return free;
}
