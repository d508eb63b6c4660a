import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import type { FleetConfig } from '../../signal/fleet/index.ts';

type MqttConfig = NonNullable<FleetConfig['mqtt']>;

const RECONNECT_MS = 5000;
/** How long the broker keeps our messages while we are away, s. */
const SESSION_SECONDS = 3600;
const QOS = 1;

export interface FleetFeed {
  close(): Promise<void>;
}

/**
 * Connects to the broker and listens, and does so again for ever. A message is acknowledged when `take` has resolved; when
 * it rejects the connection is made anew, and the broker sends it again.
 */
export function openFleetFeed(
  config: MqttConfig,
  take: (topic: string, payload: string) => Promise<void>,
  log: { info(data: object, text: string): void; warn(data: object, text: string): void },
): FleetFeed {
  const { url, username, password, tenant, client_id } = config;
  const client: MqttClient = connect(url, {
    clientId: client_id,
    // A session that outlives the connection: what is published meanwhile waits at the broker.
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: SESSION_SECONDS, receiveMaximum: 100 },
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: 10_000,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  const topics = ['telemetry', 'events', 'status'].map((kind) => `${tenant}/vehicles/+/${kind}`);
  client.handleMessage = (packet: IPublishPacket, done): void => {
    take(packet.topic, packet.payload.toString()).then(
      () => done(),
      (error: unknown) => {
        log.warn({ err: error }, 'a message of a vehicle could not be stored; the broker sends it again');
        done(error instanceof Error ? error : new Error(String(error)));
        client.reconnect();
      },
    );
  };
  client.on('connect', () => {
    log.info({ tenant }, 'connected to the broker of the vehicles');
    client.subscribe(topics, { qos: QOS }, (error) => {
      if (error) log.warn({ err: error }, 'the broker refuses the topics of the vehicles');
    });
  });
  let told = '';
  client.on('error', (error) => {
    // Told once until it changes: a broker that is away is tried every few seconds.
    if (error.message === told) return;
    told = error.message;
    log.warn({ err: error }, 'the broker of the vehicles');
  });
  return { close: () => client.endAsync(true) };
}
