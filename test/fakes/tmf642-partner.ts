import assert from 'node:assert/strict';
import type { PartnerRequest, PartnerResponse } from '../../src/partner/index.ts';
import { alarmMisfit } from '../support/tmforum.ts';

type Alarm = Record<string, unknown> & { id: number };
interface Event {
  readonly type: string;
  readonly body: Record<string, unknown>;
}

/**
 * A partner's alarm server by TMF642 v4: keeps alarms, registers hubs, runs tasks, and makes the notifications that its
 * hubs would be told. Everything that reaches or leaves it is held against the specification.
 */
export class Tmf642Partner {
  readonly alarms = new Map<number, Alarm>();
  readonly hubs = new Map<string, string>();
  readonly calls: string[] = [];
  readonly tasks: { kind: string; body: Record<string, unknown> }[] = [];
  /** Notifications that were made, and that nobody was told of yet. */
  readonly events: Event[] = [];
  /** Notifications of our own hub that reached this partner's listener. */
  readonly heard: Event[] = [];
  /** It does not answer. */
  down = false;
  /** It does not know tasks: alarms are changed one by one. */
  withoutTasks = false;
  readonly #now: () => number;
  #next = 100;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Something breaks at the partner. */
  raise(change: Record<string, unknown> = {}): Alarm {
    const id = this.#next++;
    const alarm: Alarm = {
      id,
      '@type': 'Alarm',
      externalAlarmId: `north-${id}`,
      sourceSystemId: 'oss.carrier-north.example',
      alarmType: 'communicationsAlarm',
      perceivedSeverity: 'major',
      probableCause: 'lossOfSignal',
      specificProblem: 'Radio cell 4711 down',
      alarmedObject: { id: 'cell-4711' },
      place: [{ id: 'p1', name: 'Berlin', role: 'location' }],
      state: 'raised',
      ackState: 'unacknowledged',
      alarmRaisedTime: this.#iso(),
      ...change,
    };
    this.#fits('Alarm', alarm);
    this.alarms.set(id, alarm);
    this.#event('AlarmCreateEvent', alarm);
    return alarm;
  }

  /** An alarm of the partner changes. @param quietly nobody is notified, as when a message is lost */
  change(id: number, change: Record<string, unknown>, quietly = false): void {
    const alarm = { ...this.alarms.get(id)!, alarmChangedTime: this.#iso(), ...change };
    this.alarms.set(id, alarm);
    if (!quietly)
      this.#event(change['state'] === undefined ? 'AlarmAttributeValueChangeEvent' : 'AlarmStateChangeEvent', alarm);
  }

  clear(id: number, quietly = false): void {
    this.change(id, { state: 'cleared', perceivedSeverity: 'cleared', alarmClearedTime: this.#iso() }, quietly);
  }

  /** Brings the notifications to the registered hubs; `post` is told where and what. */
  async deliver(post: (url: string, body: unknown) => Promise<number>): Promise<void> {
    for (const { type, body } of this.events.splice(0)) {
      for (const callback of this.hubs.values()) {
        const status = await post(`${callback}/listener/${type.charAt(0).toLowerCase()}${type.slice(1)}`, body);
        assert.equal(status, 201, `our listener takes ${type}`);
      }
    }
  }

  /** Answers a request as the partner's server. */
  async request({ method, url, body }: Pick<PartnerRequest, 'method' | 'url' | 'body'>): Promise<PartnerResponse> {
    const { pathname, searchParams } = new URL(url);
    const path = pathname.replace('/tmf-api/alarm/v4', '');
    this.calls.push(`${method} ${path}`);
    if (this.down) throw new Error('connect ECONNREFUSED');
    const read = body === null ? null : (JSON.parse(body) as Record<string, unknown>);
    const listener = /^\/listener\/(\w+)$/.exec(path)?.[1];
    if (listener !== undefined) return this.#listen(listener, read!);
    if (method === 'GET' && path === '/alarm') return this.#list(searchParams);
    if (method === 'POST' && path === '/hub') return this.#register(read!);
    if (method === 'DELETE' && path.startsWith('/hub/')) {
      return answer(this.hubs.delete(path.slice(5)) ? 204 : 404, null);
    }
    const task = /^\/(ack|clear)Alarms$/.exec(path)?.[1];
    if (method === 'POST' && task !== undefined && !this.withoutTasks) return this.#task(task, read!);
    const id = Number(/^\/alarm\/(\d+)$/.exec(path)?.[1] ?? NaN);
    if (method === 'PATCH' && this.alarms.has(id)) {
      this.change(id, read!);
      return answer(200, this.alarms.get(id));
    }
    return answer(404, { code: 'not_found', reason: 'not found' });
  }

  #list(query: URLSearchParams): PartnerResponse {
    const offset = Number(query.get('offset') ?? 0);
    const all = [...this.alarms.values()].filter(({ state }) => state !== 'cleared');
    const page = all.slice(offset, offset + Number(query.get('limit') ?? 10));
    return answer(200, page, { 'x-total-count': String(all.length), 'x-result-count': String(page.length) });
  }

  #register(body: Record<string, unknown>): PartnerResponse {
    this.#fits('EventSubscriptionInput', body);
    const id = `hub-${this.#next++}`;
    this.hubs.set(id, String(body['callback']));
    return answer(201, { id, ...body });
  }

  #task(task: string, body: Record<string, unknown>): PartnerResponse {
    const kind = `${task}Alarms`;
    this.#fits(task === 'ack' ? 'AckAlarms_Create' : 'ClearAlarms_Create', body);
    this.tasks.push({ kind, body });
    for (const pattern of body['alarmPattern'] as { id: number }[]) {
      if (task === 'ack') this.change(pattern.id, { ackState: 'acknowledged', ackSystemId: body['ackSystemId'] });
      else this.clear(pattern.id);
    }
    return answer(201, { id: `task-${this.#next++}`, ...body });
  }

  #listen(name: string, body: Record<string, unknown>): PartnerResponse {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    this.#fits(type, body);
    this.heard.push({ type, body });
    return answer(201, { id: 'taken', callback: 'x' });
  }

  #event(type: string, alarm: Alarm): void {
    const at = this.#iso();
    const body = {
      eventId: `e${this.#next++}`,
      eventTime: at,
      eventType: type,
      timeOcurred: at,
      event: { alarm: structuredClone(alarm) },
    };
    this.#fits(type, body);
    this.events.push({ type, body });
  }

  #fits(definition: string, value: unknown): void {
    assert.equal(
      alarmMisfit(definition, value),
      null,
      `${definition} fits the specification: ${JSON.stringify(value)}`,
    );
  }

  #iso(): string {
    return new Date(this.#now()).toISOString();
  }
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): PartnerResponse {
  return { status, headers, body: body === null ? '' : JSON.stringify(body) };
}
