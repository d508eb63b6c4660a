import { createHash } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import snmp, { type Notification, type Pdu, type VarBind } from 'net-snmp';
import { Fault } from '../../core/fault.ts';
import { versionOneOid, type SnmpConfig, type Trap } from '../../signal/snmp/index.ts';

const RECEIVE_BUFFER = 4 << 20;
const UPTIME = '1.3.6.1.2.1.1.3.0';
const TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';
const MOST_VARIABLES = 100;
const MOST_VALUE = 1000;
const AUTH = { sha: 'sha', sha224: 'sha224', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512' } as const;
const PRIV = { aes: 'aes', aes256b: 'aes256b', aes256r: 'aes256r' } as const;

export interface SnmpSocket {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for traps and informs. An inform is answered after `take` has resolved, and not at all when it rejects: then the
 * sender sends it again.
 * @param identity makes our engine's id, the same over restarts
 * @throws Fault `unavailable` when the address cannot be used
 */
export async function openSnmpSocket(
  config: Pick<SnmpConfig, 'listen' | 'communities' | 'users'>,
  identity: string,
  take: (trap: Trap) => Promise<void>,
  onError: (error: Error) => void,
): Promise<SnmpSocket> {
  const cut = config.listen.lastIndexOf(':');
  const host = config.listen.slice(0, cut).replace(/^\[|\]$/g, '');
  const transport = isIPv6(host) ? 'udp6' : 'udp4';
  const socket = new HeldSocket(createSocket(transport), take, onError);
  const receiver = snmp.createReceiver(
    {
      port: Number(config.listen.slice(cut + 1)),
      address: host,
      transport,
      engineID: engineId(identity),
      includeAuthentication: true,
      dgramModule: { createSocket: () => socket },
    },
    (error, notification) => socket.notified(error, notification),
  );
  const authorizer = receiver.getAuthorizer();
  for (const community of config.communities) authorizer.addCommunity(community);
  for (const { name, auth, auth_key, priv, priv_key } of config.users) {
    authorizer.addUser({
      name,
      level: snmp.SecurityLevel.authPriv,
      authProtocol: snmp.AuthProtocols[AUTH[auth]]!,
      authKey: auth_key,
      privProtocol: snmp.PrivProtocols[PRIV[priv]]!,
      privKey: priv_key,
    });
  }
  await socket.bound(config.listen);
  return { port: socket.port, close: () => socket.end() };
}

/** Seventeen bytes of RFC 3411: the library's enterprise number, then octets of our own. */
function engineId(identity: string): string {
  return `8000b98380${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`;
}

type Answer = Parameters<Socket['send']>;

/**
 * What the library takes for its UDP socket. The library answers an inform before it tells of it; here the answer is held
 * back until what was told is durable.
 */
class HeldSocket {
  readonly #socket: Socket;
  readonly #take: (trap: Trap) => Promise<void>;
  readonly #onError: (error: Error) => void;
  readonly #bound = Promise.withResolvers<void>();
  #answers: Answer[] = [];
  #told: Notification[] = [];

  constructor(socket: Socket, take: (trap: Trap) => Promise<void>, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#take = take;
    this.#onError = onError;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  on(event: string, listener: (...args: never[]) => void): this {
    if (event === 'message') {
      const hear = listener as unknown as (buffer: Buffer, from: RemoteInfo) => void;
      this.#socket.on('message', (buffer, from) => this.#hear(hear, buffer, from));
    }
    return this;
  }

  bind(port: number, address: string): void {
    this.#socket.once('error', (error) => this.#bound.reject(error));
    this.#socket.bind({ port, address }, () => {
      this.#socket.removeAllListeners('error');
      this.#socket.on('error', this.#onError);
      try {
        this.#socket.setRecvBufferSize(RECEIVE_BUFFER);
      } catch {
        // The system allows less: then that is what there is.
      }
      this.#bound.resolve();
    });
  }

  /** @throws Fault `unavailable` */
  async bound(listen: string): Promise<void> {
    try {
      await this.#bound.promise;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Fault('unavailable', { what: `The SNMP address ${listen} (${why})` }, { cause: error });
    }
  }

  send(...answer: Answer): void {
    this.#answers.push(answer);
  }

  address(): unknown {
    return this.#socket.address();
  }

  close(): void {
    this.#socket.close();
  }

  end(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  notified(error: Error | null, notification: Notification): void {
    if (error) this.#onError(error);
    else this.#told.push(notification);
  }

  /** The library works through a message at once: what it answered and told afterwards belongs to it. */
  #hear(hear: (buffer: Buffer, from: RemoteInfo) => void, buffer: Buffer, from: RemoteInfo): void {
    this.#answers = [];
    this.#told = [];
    try {
      hear(buffer, from);
    } catch (error) {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const answers = this.#answers;
    const traps = this.#told.map(trapOf);
    void Promise.all(traps.map(this.#take)).then(
      () => answers.forEach((answer) => this.#socket.send(...answer)),
      (error: unknown) => this.#onError(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

function trapOf({ pdu, rinfo }: Notification): Trap {
  const variables = (pdu.varbinds ?? []).slice(0, MOST_VARIABLES).map((one) => ({ oid: one.oid, value: valueOf(one) }));
  const common = { address: rinfo.address.replace(/^::ffff:/, ''), requestId: pdu.id ?? 0 };
  if (pdu.type === snmp.PduType.Trap) return versionOne(pdu, variables, common);
  const oid = variables.find((one) => one.oid === TRAP_OID)?.value ?? '0.0';
  const uptime = Number(variables.find((one) => one.oid === UPTIME)?.value ?? NaN);
  return {
    ...common,
    version: pdu.user === undefined ? '2c' : '3',
    kind: pdu.type === snmp.PduType.InformRequest ? 'inform' : 'trap',
    oid,
    uptime: Number.isFinite(uptime) ? uptime : null,
    variables: variables.filter((one) => one.oid !== TRAP_OID && one.oid !== UPTIME),
  };
}

function versionOne(pdu: Pdu, variables: Trap['variables'], common: { address: string; requestId: number }): Trap {
  const { enterprise = '0.0', generic = 6, specific = 0, upTime = 0 } = pdu;
  return {
    ...common,
    version: '1',
    kind: 'trap',
    oid: versionOneOid(enterprise, generic, specific),
    uptime: upTime,
    variables,
  };
}

/** A value as text: printable octets as they are, others in hexadecimal. */
function valueOf({ value }: VarBind): string {
  if (!Buffer.isBuffer(value)) return String(value).slice(0, MOST_VALUE);
  const text = value.toString('utf8');
  const printable = !/[\p{Cc}\uFFFD]/u.test(text.replaceAll(/\s/g, ' '));
  return (printable ? text : value.toString('hex')).slice(0, MOST_VALUE);
}
