/** Debian's snmptrap, snmpinform, logger, mosquitto_pub and mosquitto, against a real server. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { alertsOf, eventually, freePort, startServer, type TestServer } from '../support/server.ts';
import { bareConfig } from './bare-config.ts';

const IF_INDEX = '1.3.6.1.2.1.2.2.1.1';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';

function missing(...programs: string[]): string | false {
  const lost = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  return lost.length === 0 ? false : `not installed: ${lost.join(', ')}`;
}

/** The open alert of an interface, or the state of the newest. */
const stateOf = async (server: TestServer, interfaceIndex: string): Promise<string | undefined> =>
  (await alertsOf(server)).find(({ labels }) => labels['interface'] === interfaceIndex)?.state;

describe('SNMP', { skip: missing('snmptrap', 'snmpinform') }, () => {
  let server: TestServer;
  let port = 0;
  before(async () => {
    port = await freePort();
    server = await startServer({
      config: bareConfig(`
partners: [{ name: carrier-north, title: Carrier North }]
snmp:
  listen: 127.0.0.1:${port}
  communities: [kiez]
  users:
    - { name: north, auth: sha, auth_key: "an auth key of north", priv: aes, priv_key: "a priv key of north" }
    - { name: south, auth: sha256, auth_key: "an auth key of south", priv: aes, priv_key: "a priv key of south" }
  senders: [{ address: 127.0.0.0/8, partner: carrier-north, labels: { carrier: north } }]
`),
    });
  });
  after(async () => {
    await server.stop();
    server.remove();
  });

  const send = (program: string, ...args: string[]) =>
    spawnSync(program, ['-r', '1', '-t', '2', ...args], { encoding: 'utf8' });
  const interfaceOf = (index: string): string[] => [`${IF_INDEX}.${index}`, 'i', index];
  const north = [
    '-v3',
    '-u',
    'north',
    '-l',
    'authPriv',
    '-a',
    'SHA',
    '-A',
    'an auth key of north',
    '-x',
    'AES',
    '-X',
    'a priv key of north',
  ];

  it('version 2c: a link goes down and comes up', async () => {
    const to = ['-v2c', '-c', 'kiez', `127.0.0.1:${port}`, ''];
    assert.equal(send('snmptrap', ...to, LINK_DOWN, ...interfaceOf('1')).status, 0);
    await eventually('the alert', async () => (await stateOf(server, '1')) === 'firing');
    const alert = (await alertsOf(server)).find(({ labels }) => labels['interface'] === '1')!;
    assert.deepEqual(
      [alert.name, alert.labels['partner'], alert.labels['carrier'], alert.labels['severity']],
      ['LinkDown', 'carrier-north', 'north', 'critical'],
    );
    assert.equal(send('snmptrap', ...to, LINK_UP, ...interfaceOf('1')).status, 0);
    await eventually('the end', async () => (await stateOf(server, '1')) === 'resolved');
  });

  it('version 1 is translated', async () => {
    const made = send(
      'snmptrap',
      '-v1',
      '-c',
      'kiez',
      `127.0.0.1:${port}`,
      '1.3.6.1.4.1.8072',
      '127.0.0.1',
      '2',
      '0',
      '',
      ...interfaceOf('2'),
    );
    assert.equal(made.status, 0, made.stderr);
    await eventually('the alert', async () => (await stateOf(server, '2')) === 'firing');
  });

  it('an inform of version 2c is answered', async () => {
    const made = send('snmpinform', '-v2c', '-c', 'kiez', `127.0.0.1:${port}`, '', LINK_DOWN, ...interfaceOf('3'));
    assert.equal(made.status, 0, `snmpinform is answered: ${made.stderr}`);
    assert.equal(await stateOf(server, '3').then((state) => state !== undefined || eventuallyFiring('3')), true);
  });
  const eventuallyFiring = async (index: string): Promise<boolean> => {
    await eventually('the alert', async () => (await stateOf(server, index)) === 'firing');
    return true;
  };

  it('version 3, signed and encrypted: trap and inform', async () => {
    const trap = send(
      'snmptrap',
      '-e',
      '0x8000000001020304',
      ...north,
      `127.0.0.1:${port}`,
      '',
      LINK_DOWN,
      ...interfaceOf('4'),
    );
    assert.equal(trap.status, 0, trap.stderr);
    await eventuallyFiring('4');
    const inform = send('snmpinform', ...north, `127.0.0.1:${port}`, '', LINK_DOWN, ...interfaceOf('5'));
    assert.equal(inform.status, 0, `snmpinform is answered: ${inform.stderr}`);
    await eventuallyFiring('5');
    const sha256 = [
      '-v3',
      '-u',
      'south',
      '-l',
      'authPriv',
      '-a',
      'SHA-256',
      '-A',
      'an auth key of south',
      '-x',
      'AES',
      '-X',
      'a priv key of south',
    ];
    assert.equal(send('snmpinform', ...sha256, `127.0.0.1:${port}`, '', LINK_DOWN, ...interfaceOf('6')).status, 0);
    await eventuallyFiring('6');
  });

  it('a wrong community, a wrong key and a message in clear are refused', async () => {
    assert.notEqual(
      send('snmpinform', '-v2c', '-c', 'public', `127.0.0.1:${port}`, '', LINK_DOWN, ...interfaceOf('7')).status,
      0,
    );
    const wrong = north.map((word) => (word === 'an auth key of north' ? 'some other key' : word));
    assert.notEqual(send('snmpinform', ...wrong, `127.0.0.1:${port}`, '', LINK_DOWN, ...interfaceOf('7')).status, 0);
    assert.notEqual(
      send(
        'snmpinform',
        '-v3',
        '-u',
        'north',
        '-l',
        'noAuthNoPriv',
        `127.0.0.1:${port}`,
        '',
        LINK_DOWN,
        ...interfaceOf('7'),
      ).status,
      0,
    );
    assert.equal(await stateOf(server, '7'), undefined);
  });

  it('an inform that was answered is not lost when the process is killed', async () => {
    const made = send('snmpinform', '-v2c', '-c', 'kiez', `127.0.0.1:${port}`, '', LINK_DOWN, ...interfaceOf('8'));
    assert.equal(made.status, 0);
    await server.kill();
    const { directory, port: http } = server;
    const { readFileSync } = await import('node:fs');
    const config = readFileSync(`${directory}/lamplighter.yaml`, 'utf8');
    server = await startServer({ config, directory, port: http });
    await eventuallyFiring('8');
  });
});

describe('syslog', { skip: missing('logger') }, () => {
  let server: TestServer;
  const ports = { udp: 0, tcp: 0 };
  before(async () => {
    [ports.udp, ports.tcp] = [await freePort(), await freePort()];
    server = await startServer({
      config: bareConfig(`
syslog:
  udp: 127.0.0.1:${ports.udp}
  tcp: 127.0.0.1:${ports.tcp}
  mapping: |
    $contains(message, "link ") ? { "status": $contains(message, "down") ? "firing" : "resolved", "key": msgid,
      "labels": { "alertname": "SyslogLink", "interface": msgid, "severity": "warning" } } : null
`),
    });
  });
  after(async () => {
    await server.stop();
    server.remove();
  });

  it('logger by UDP and by TCP, octet-counted', async () => {
    const line = (transport: string[], id: string, text: string) =>
      spawnSync('logger', ['-n', '127.0.0.1', ...transport, '--rfc5424', '--msgid', id, text], { encoding: 'utf8' });
    assert.equal(line(['-d', '-P', String(ports.udp)], 'eth0', 'link down').status, 0);
    await eventually('the alert by UDP', async () => (await stateOf(server, 'eth0')) === 'firing');
    assert.equal(line(['-T', '-P', String(ports.tcp), '--octet-count'], 'eth1', 'link down').status, 0);
    await eventually('the alert by TCP', async () => (await stateOf(server, 'eth1')) === 'firing');
    assert.equal(line(['-T', '-P', String(ports.tcp), '--octet-count'], 'eth1', 'link up').status, 0);
    await eventually('the end', async () => (await stateOf(server, 'eth1')) === 'resolved');
  });

  it('a stream that is none is closed, and others go on', async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(ports.tcp, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    const udp: Socket = createSocket('udp4');
    udp.send('<34>nonsense', ports.udp, '127.0.0.1', () => udp.close());
    const made = spawnSync('logger', [
      '-n',
      '127.0.0.1',
      '-T',
      '-P',
      String(ports.tcp),
      '--octet-count',
      '--rfc5424',
      '--msgid',
      'eth2',
      'link down',
    ]);
    assert.equal(made.status, 0);
    await eventually('the alert', async () => (await stateOf(server, 'eth2')) === 'firing');
  });
});

describe('MQTT', { skip: missing('mosquitto', 'mosquitto_pub') }, () => {
  const tenant = `lamplighter-test-${process.pid}`;
  let server: TestServer;
  let broker: ChildProcess;
  let port = 0;
  const config = (): string =>
    bareConfig(`
fleet:
  every: 1s
  silent_after: 5m
  mqtt:
    url: mqtt://127.0.0.1:${port}
    tenant: ${tenant}
    client_id: ${tenant}
    events: '{ "status": "firing", "labels": { "alertname": "VehicleEvent", "kind": event.kind, "severity": "warning" } }'
`);
  const startBroker = async (): Promise<void> => {
    broker = spawn('mosquitto', ['-p', String(port)], { stdio: 'ignore' });
    await eventually('the broker', () => Promise.resolve(publish('probe', 'x').status === 0));
  };
  before(async () => {
    port = await freePort();
    await startBroker();
    server = await startServer({ config: config() });
  });
  after(async () => {
    await server.stop();
    server.remove();
    broker.kill('SIGTERM');
  });

  const publish = (topic: string, body: string, ...more: string[]) =>
    spawnSync('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(port), '-q', '1', '-t', topic, '-m', body, ...more]);
  const telemetry = (vin: string, more: object = {}) =>
    publish(
      `${tenant}/vehicles/${vin}/telemetry`,
      JSON.stringify({ ts: Date.now(), carrier: 'north', city: 'berlin', firmware: '4.2', ...more }),
    );
  const value = async (query: string): Promise<number | null> => {
    const answer = await server.ask<{ data: { result: { value: [number, string] }[] } }>(
      'GET',
      `/api/v1/query?query=${encodeURIComponent(query)}`,
    );
    const found = answer.data.result[0]?.value[1];
    return found === undefined ? null : Number(found);
  };

  it('vehicles are counted, and one that is cut off is silent by its last will', async () => {
    await eventually('the first count', async () => {
      telemetry('V1');
      return (await value('sum(fleet_vehicles{carrier="north"})')) === 1;
    });
    const topic = ['-t', `${tenant}/vehicles/V2/telemetry`, '-l', '-i', `${tenant}-v2`];
    const will = ['--will-topic', `${tenant}/vehicles/V2/status`, '--will-payload', '{"status":"offline"}'];
    const where = ['-h', '127.0.0.1', '-p', String(port), '-q', '1'];
    const cut = spawn('mosquitto_pub', [...where, ...topic, ...will, '--will-qos', '1', '--will-retain']);
    cut.stdin.write(`${JSON.stringify({ ts: Date.now(), carrier: 'north', city: 'berlin', firmware: '4.2' })}\n`);
    await eventually('two vehicles', async () => (await value('sum(fleet_vehicles)')) === 2);
    assert.equal(await value('sum(fleet_vehicles_silent)'), 0);
    cut.kill('SIGKILL');
    await eventually('one is silent', async () => (await value('sum(fleet_vehicles_silent{carrier="north"})')) === 1);
    const labels = await server.ask<{ data: string[] }>('GET', '/api/v1/labels');
    assert.ok(!labels.data.some((name) => /vin|vehicle/i.test(name)), 'no vehicle is a label');
  });

  it('a message that comes twice counts once, and an event becomes an alert once', async () => {
    const event = JSON.stringify({ ts: Date.now(), seq: 9, kind: 'crash' });
    for (let turn = 0; turn < 3; turn++) publish(`${tenant}/vehicles/V1/events`, event);
    await eventually('the alert', async () => (await alertsOf(server)).some(({ name }) => name === 'VehicleEvent'));
    await eventually(
      'the duplicates',
      async () => (await value('fleet_messages_total{kind="events",outcome="duplicate"}')) === 2,
    );
    publish(`${tenant}/vehicles/V1/telemetry`, 'nonsense');
    await eventually('what was refused', async () => (await value('fleet_messages_total{outcome="refused"}')) === 1);
  });

  it('after a restart the retained status and the waiting messages bring the vehicles back', async () => {
    await server.stop();
    telemetry('V3', { carrier: 'south' });
    const { directory, port: http } = server;
    server = await startServer({ config: config(), directory, port: http });
    await eventually(
      'the vehicle that spoke meanwhile',
      async () => (await value('sum(fleet_vehicles{carrier="south"})')) === 1,
    );
    await eventually('the one that is cut off', async () => (await value('sum(fleet_vehicles_silent)')) === 1);
    assert.equal(await value('sum(fleet_vehicles)'), 2, 'what was known before has ended');
  });

  it('a broker that goes away and comes back is found again', async () => {
    broker.kill('SIGKILL');
    await new Promise((resolve) => broker.once('exit', resolve));
    await startBroker();
    await eventually('a new vehicle is counted', async () => {
      telemetry('V4', { carrier: 'west' });
      return (await value('sum(fleet_vehicles{carrier="west"})')) === 1;
    });
  });
});
