import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A connection to a database that can be cut, made slow, or be half open: taken, and never answered again. */
export class Proxy {
  mood: 'fine' | 'slow' | 'half-open' | 'cut' = 'fine';
  port = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.#server = createServer((near) => {
      if (this.mood === 'cut') return near.destroy();
      const far = connect(target, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    proxy.port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    // What was half open once stays so: only new connections get through.
    let silent = false;
    from.on('data', (chunk: Buffer) => {
      silent ||= this.mood === 'half-open';
      if (silent) return;
      if (this.mood === 'slow') setTimeout(() => to.write(chunk), 100);
      else to.write(chunk);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!silent) to.destroy();
    });
  }
}
