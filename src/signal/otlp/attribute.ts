/** The value of an attribute as both encodings mean it. */
export type AnyValue =
  string | boolean | bigint | number | Uint8Array | null | readonly AnyValue[] | ReadonlyMap<string, AnyValue>;

/**
 * The text that stands for an attribute's value: text as it is, numbers in decimal, bytes in base64, lists and maps as
 * JSON, nothing as the empty text. Source: OpenTelemetry specification, common/README.md, "mapping to non-OTLP".
 */
export function attributeText(value: AnyValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return JSON.stringify(plain(value));
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'Infinity' : '-Infinity';
}

function plain(value: AnyValue): unknown {
  if (Array.isArray(value)) return (value as readonly AnyValue[]).map(plain);
  if (value instanceof Map) {
    // An object without a prototype takes every key, "__proto__" too.
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, inner] of value as ReadonlyMap<string, AnyValue>) object[key] = plain(inner);
    return object;
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return numberText(value);
  return value;
}
