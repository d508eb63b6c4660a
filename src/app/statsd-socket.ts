import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { Fault } from '../core/fault.ts';

/** Room for packets that come in a burst, bytes. */
const RECEIVE_BUFFER = 4 << 20;

/**
 * Listens for UDP packets.
 * @param listen host:port
 * @param take called with the text of each packet
 * @throws Fault `unavailable` when the address cannot be used
 */
export async function openStatsdSocket(
  listen: string,
  take: (packet: string) => void,
  onError: (error: Error) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const cut = listen.lastIndexOf(':');
  const host = listen.slice(0, cut).replace(/^\[|\]$/g, '');
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await bind(socket, host, Number(listen.slice(cut + 1)), listen);
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // The system allows less: then that is what there is.
  }
  socket.on('error', onError);
  socket.on('message', (packet) => take(packet.toString('utf8')));
  return {
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        socket.close(() => resolve());
      }),
  };
}

function bind(socket: Socket, host: string, port: number, listen: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      reject(new Fault('unavailable', { what: `The statsd address ${listen} (${error.message})` }, { cause: error }));
    });
    socket.bind({ address: host, port }, () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
}
