import { ByteSink } from '../../../series/index.ts';

/** Protocol buffers for tests: fields are written from values, by number. */
export class Message {
  readonly #sink = new ByteSink(64);

  /** A message, text or bytes. */
  part(field: number, content: Message | string | Uint8Array): this {
    const bytes =
      content instanceof Message ? content.bytes() : typeof content === 'string' ? Buffer.from(content) : content;
    this.#sink.varint(field * 8 + 2);
    this.#sink.varint(bytes.length);
    this.#sink.copy(bytes, 0, bytes.length);
    return this;
  }

  /** A number as a varint; a negative one takes ten bytes. */
  number(field: number, value: number): this {
    this.#sink.varint(field * 8);
    if (value >= 0) this.#sink.varint(value);
    else
      for (let rest = BigInt.asUintN(64, BigInt(value)), i = 0; i < 10; i++, rest >>= 7n)
        this.#sink.byte(Number(rest & 127n) | (i < 9 ? 128 : 0));
    return this;
  }

  fixed(field: number, value: bigint): this {
    return this.#eight(field, new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer));
  }

  double(field: number, value: number): this {
    return this.#eight(field, new Uint8Array(Float64Array.of(value).buffer));
  }

  /** Eight-byte numbers, packed. */
  packed(field: number, values: BigUint64Array | Float64Array): this {
    return this.part(field, new Uint8Array(values.buffer));
  }

  bytes(): Uint8Array {
    return this.#sink.take();
  }

  #eight(field: number, bytes: Uint8Array): this {
    this.#sink.varint(field * 8 + 1);
    this.#sink.copy(bytes, 0, 8);
    return this;
  }
}

/** A KeyValue with a text. */
export function keyValue(key: string, text: string): Message {
  return new Message().part(1, key).part(2, new Message().part(1, text));
}

/** A request with one resource (`service.name` shop), one scope and the metrics given. */
export function requestOf(...metrics: Message[]): Uint8Array {
  const scope = new Message().part(1, new Message().part(1, 'scope'));
  for (const metric of metrics) scope.part(2, metric);
  const resource = new Message().part(1, keyValue('service.name', 'shop'));
  return new Message().part(1, new Message().part(1, resource).part(2, scope)).bytes();
}
