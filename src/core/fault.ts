/**
 * The closed list of what can go wrong, in the words a user sees. A template names its parameters in braces.
 * `retryable` tells a sender whether the same request may succeed later.
 */
const FAULTS = {
  bad_request: { status: 400, retryable: false, template: '{what}' },
  body_invalid: { status: 400, retryable: false, template: 'The body does not fit: {what}' },
  duration_invalid: {
    status: 400,
    retryable: false,
    template: '"{text}" is not a duration. Write a number and a unit, such as 30s, 5m or 1h30m.',
  },
  expression_invalid: { status: 400, retryable: false, template: 'The expression "{expr}" does not parse: {what}' },
  execution_failed: { status: 422, retryable: false, template: 'The expression cannot be evaluated: {what}' },
  query_timeout: { status: 503, retryable: true, template: 'The query ran longer than {limit}.' },
  query_too_large: { status: 422, retryable: false, template: 'The query needs more than {limit} samples. Narrow it.' },
  config_invalid: { status: 400, retryable: false, template: 'The configuration has {count} error(s):\n{what}' },
  unauthenticated: { status: 401, retryable: false, template: 'Sign in first, or send an API token as a Bearer.' },
  credentials_wrong: { status: 401, retryable: false, template: 'Name or password is wrong.' },
  forbidden: { status: 403, retryable: false, template: '{actor} may not {verb}. It needs the role {roles}.' },
  origin_refused: { status: 403, retryable: false, template: 'This request came from another site and is refused.' },
  not_found: { status: 404, retryable: false, template: 'There is no {what} "{id}".' },
  route_not_found: { status: 404, retryable: false, template: 'There is nothing at {method} {path}.' },
  conflict: { status: 409, retryable: false, template: '{what}' },
  state_conflict: {
    status: 409,
    retryable: false,
    template: '{what} "{id}" is {state}; it cannot be {verb} from there.',
  },
  too_large: { status: 413, retryable: false, template: 'The body is larger than {limit} bytes.' },
  media_type: {
    status: 415,
    retryable: false,
    template: 'Content type or encoding "{got}" is not read here. Send {want}.',
  },
  too_many: { status: 429, retryable: true, template: 'Too many requests. Try again in {seconds} s.' },
  internal: { status: 500, retryable: true, template: 'Something failed inside. The log has the details under {id}.' },
  overloaded: { status: 503, retryable: true, template: 'Overloaded: {what}. Nothing of this request was stored.' },
  unavailable: { status: 503, retryable: true, template: '{what} is not available at the moment.' },
  data_locked: {
    status: 503,
    retryable: false,
    template:
      'Another process uses the data directory {path} (process {pid}). Stop it, or start this one with another --data.',
  },
  outside_failed: { status: 502, retryable: true, template: '{what} failed: {why}' },
  signature_wrong: {
    status: 403,
    retryable: false,
    template: 'The request is not proved: {what} is missing or wrong.',
  },
  recipient_gone: { status: 410, retryable: false, template: '{what} is gone: {why}' },
  address_refused: {
    status: 400,
    retryable: false,
    template: 'The address {host} is refused: {why}. An administrator can list it under outside.allow.',
  },
} as const satisfies Record<string, { status: number; retryable: boolean; template: string }>;

export type FaultCode = keyof typeof FAULTS;
export type FaultParams = Readonly<Record<string, string | number>>;

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: FaultCode;
  readonly retryable: boolean;
}

/** Any error that a caller is meant to see. Everything else is a bug and becomes `internal`. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly params: FaultParams;

  constructor(code: FaultCode, params: FaultParams = {}, options?: { cause?: unknown }) {
    super(fill(FAULTS[code].template, params), options);
    this.name = 'Fault';
    this.code = code;
    this.params = params;
  }

  /** HTTP status that stands for this fault. */
  get status(): number {
    return FAULTS[this.code].status;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return FAULTS[this.code].retryable;
  }

  /** The fault as an RFC 9457 document. */
  problem(): Problem {
    const { status, retryable } = FAULTS[this.code];
    const title = this.code.replaceAll('_', ' ');
    return {
      type: `urn:lamplighter:fault:${this.code}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      retryable,
    };
  }
}

/** Every fault with its status and template, for the documentation. */
export function faultList(): readonly { code: FaultCode; status: number; retryable: boolean; template: string }[] {
  return (Object.keys(FAULTS) as FaultCode[]).map((code) => ({ code, ...FAULTS[code] }));
}

function fill(template: string, params: FaultParams): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}
