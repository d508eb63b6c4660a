import { Fault } from '../../core/fault.ts';
import { isObject } from '../alertmanager-body.ts';
import { readInstant } from '../instant.ts';

/** What a list of TM Forum resources may be asked: which fields, which part, which of them. */
export interface ResourceQuery {
  /** Null for all. */
  readonly fields: readonly string[] | null;
  readonly offset: number;
  readonly limit: number;
  readonly filters: readonly Filter[];
}

interface Filter {
  readonly path: readonly string[];
  readonly operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
  /** One of them is enough. */
  readonly values: readonly string[];
}

const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;
const LARGEST = 1000;
const MOST_FILTERS = 20;

/**
 * Reads the query of a list: `fields=a,b`, `offset`, `limit`, and filters such as `state=raised,updated`,
 * `alarmedObject.id=x` or `alarmRaisedTime.gt=2026-01-05T09:00:00Z`.
 * @throws Fault `bad_request`
 */
export function readResourceQuery(query: Readonly<Record<string, unknown>>): ResourceQuery {
  const filters: Filter[] = [];
  for (const [name, raw] of Object.entries(query)) {
    if (name === 'fields' || name === 'offset' || name === 'limit') continue;
    const path = name.split('.');
    const last = path.at(-1) as (typeof OPERATORS)[number];
    const operator = path.length > 1 && OPERATORS.includes(last) ? last : 'eq';
    if (operator !== 'eq' || last === 'eq') path.pop();
    const values = [raw].flat().flatMap((value) => String(value).split(','));
    filters.push({ path, operator, values });
  }
  if (filters.length > MOST_FILTERS)
    throw new Fault('bad_request', { what: `At most ${MOST_FILTERS} filters are read.` });
  const { fields } = query;
  return {
    fields:
      typeof fields === 'string' && fields !== '' && fields !== 'all'
        ? fields.split(',').map((one) => one.trim())
        : null,
    offset: count(query['offset'], 'offset', 0, Number.MAX_SAFE_INTEGER),
    limit: count(query['limit'], 'limit', 100, LARGEST),
    filters,
  };
}

/** Whether a resource passes every filter. */
export function passes(resource: Readonly<Record<string, unknown>>, filters: readonly Filter[]): boolean {
  return filters.every(({ path, operator, values }) => {
    const found = valuesAt(resource, path);
    if (operator === 'ne') return !found.some((value) => values.includes(value));
    return found.some((value) => values.some((wanted) => compare(value, wanted, operator)));
  });
}

/** The resource with the fields that were asked for; id and href are always there. */
export function pick(
  resource: Readonly<Record<string, unknown>>,
  fields: readonly string[] | null,
): Record<string, unknown> {
  if (fields === null || (fields.length === 1 && fields[0] === 'none')) {
    return fields === null ? { ...resource } : pick(resource, []);
  }
  const kept = ['id', 'href', '@type', ...fields];
  return Object.fromEntries(Object.entries(resource).filter(([name]) => kept.includes(name)));
}

/**
 * Whether a resource fits a pattern: every field of it equal, objects field by field, lists where each wanted element is
 * found. Of several patterns one is enough.
 */
export function fitsPattern(resource: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(resource) && pattern.every((wanted) => resource.some((one) => fitsPattern(one, wanted)));
  }
  if (!isObject(pattern)) return String(resource) === String(pattern);
  return isObject(resource) && Object.entries(pattern).every(([field, wanted]) => fitsPattern(resource[field], wanted));
}

function valuesAt(resource: unknown, path: readonly string[]): string[] {
  if (Array.isArray(resource)) return resource.flatMap((one) => valuesAt(one, path));
  const [head, ...rest] = path;
  if (head === undefined)
    return typeof resource === 'string' || typeof resource === 'number' || typeof resource === 'boolean'
      ? [String(resource)]
      : [];
  return isObject(resource) && Object.hasOwn(resource, head) ? valuesAt(resource[head], rest) : [];
}

function compare(value: string, wanted: string, operator: Filter['operator']): boolean {
  if (operator === 'eq') return value === wanted;
  const [a, b] = [order(value), order(wanted)];
  if (a === null || b === null) return false;
  if (operator === 'gt') return a > b;
  if (operator === 'gte') return a >= b;
  return operator === 'lt' ? a < b : a <= b;
}

function order(text: string): number | null {
  const instant = readInstant(text);
  if (typeof instant === 'number') return instant;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
}

function count(value: unknown, name: string, fallback: number, most: number): number {
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) {
    throw new Fault('bad_request', { what: `${name} is ${JSON.stringify(value)}; write a whole number from 0 on.` });
  }
  return Math.min(number, most);
}
