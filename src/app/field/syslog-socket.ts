import { createSocket } from 'node:dgram';
import { createServer, isIPv6, type Socket } from 'node:net';
import { Fault } from '../../core/fault.ts';
import { SyslogFrames } from '../../signal/syslog/index.ts';

const MOST_CONNECTIONS = 100;
const IDLE_MS = 600_000;

interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

function placeOf(listen: string): { host: string; port: number } {
  const cut = listen.lastIndexOf(':');
  return { host: listen.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(listen.slice(cut + 1)) };
}

function unavailable(listen: string, error: Error): Fault {
  return new Fault('unavailable', { what: `The syslog address ${listen} (${error.message})` }, { cause: error });
}

/** Listens for one line per packet. @throws Fault `unavailable` */
export async function openSyslogUdp(
  listen: string,
  take: (line: string) => void,
  onError: (error: Error) => void,
): Promise<Listener> {
  const { host, port } = placeOf(listen);
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(unavailable(listen, error)));
    socket.bind({ address: host, port }, () => resolve());
  });
  socket.removeAllListeners('error');
  socket.on('error', onError);
  socket.on('message', (packet) => take(packet.toString('utf8').replace(/\n$/, '')));
  return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

/** Listens for streams, octet-counted or by lines. A stream that is neither is closed. @throws Fault `unavailable` */
export async function openSyslogTcp(
  listen: string,
  take: (line: string) => Promise<void>,
  onError: (error: Error) => void,
): Promise<Listener> {
  const { host, port } = placeOf(listen);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    const frames = new SyslogFrames();
    socket.on('data', (bytes) => {
      let lines: string[];
      try {
        lines = frames.push(bytes.toString('latin1'));
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
        socket.destroy();
        return;
      }
      // The next piece is read when these lines are stored: a sender that is too fast waits.
      socket.pause();
      void (async () => {
        for (const line of lines) await take(line);
      })().then(
        () => socket.resume(),
        (error: unknown) => {
          onError(error instanceof Error ? error : new Error(String(error)));
          socket.destroy();
        },
      );
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unavailable(listen, error)));
    server.listen({ host, port }, () => resolve());
  });
  server.removeAllListeners('error');
  server.on('error', onError);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
