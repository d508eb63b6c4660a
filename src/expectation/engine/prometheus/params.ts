import { parseDuration } from '../../../core/duration.ts';
import { Fault } from '../../../core/fault.ts';

/** Parameters of a request, from its address and its form body. */
export type QueryParams = Readonly<Record<string, readonly string[]>>;

/** A parameter that must be there. @throws Fault `bad_request` */
export function required(params: QueryParams, name: string): string {
  const value = params[name]?.[0];
  if (value === undefined || value === '')
    throw new Fault('bad_request', { what: `invalid parameter "${name}": it is missing` });
  return value;
}

/** Unix seconds or RFC 3339 to ms; `fallback` (ms) when the parameter is not there. @throws Fault `bad_request` */
export function instantParam(params: QueryParams, name: string, fallback?: number): number {
  const given = params[name]?.[0];
  if ((given === undefined || given === '') && fallback !== undefined) return fallback;
  const text = required(params, name);
  const number = Number(text);
  const ms = text.trim() !== '' && Number.isFinite(number) ? Math.round(number * 1000) : rfc3339(text);
  if (Number.isNaN(ms))
    throw new Fault('bad_request', {
      what: `invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`,
    });
  return ms;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

function rfc3339(text: string): number {
  return RFC_3339.test(text) ? Date.parse(text) : NaN;
}

/** Seconds or a Prometheus duration to ms. @throws Fault `bad_request` */
export function durationParam(params: QueryParams, name: string): number {
  const text = required(params, name);
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return Math.round(number * 1000);
  try {
    return parseDuration(text);
  } catch {
    throw new Fault('bad_request', { what: `invalid parameter "${name}": cannot parse "${text}" to a valid duration` });
  }
}

/** A whole number of at least 0; 0 when the parameter is not there. @throws Fault `bad_request` */
export function countParam(params: QueryParams, name: string): number {
  const text = params[name]?.[0];
  if (text === undefined || text === '') return 0;
  if (!/^\d{1,15}$/.test(text))
    throw new Fault('bad_request', { what: `invalid parameter "${name}": "${text}" is not a whole number from 0` });
  return Number(text);
}

/** A label name as clients escape UTF-8 names for paths: `U__` and `_HEX_`. */
export function unescapeName(name: string): string {
  if (!name.startsWith('U__')) return name;
  return name
    .slice(3)
    .replaceAll(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex: string | undefined) =>
      hex === undefined ? '_' : codePoint(hex, whole),
    );
}

function codePoint(hex: string, whole: string): string {
  const point = parseInt(hex, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
}
