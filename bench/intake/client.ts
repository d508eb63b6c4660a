import { connect, type Socket } from 'node:net';

/** A connection that sends prepared requests one after the other: the client must cost less than who is measured. */
export class Connection {
  readonly #socket: Socket;
  #answer: ((status: number) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#take(chunk));
    const end = (error?: Error): void => this.#fail?.(error ?? new Error('the connection was closed'));
    socket.on('error', end);
    socket.on('close', () => end());
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends a whole request; resolves with the status when the whole answer is there. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#fail = null;
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /content-length: (\d+)/i.exec(this.#text);
    if (!length) throw new Error(`an answer without length: ${this.#text.slice(0, 200)}`);
    if (this.#text.length < end + 4 + Number(length[1])) return;
    const status = Number(this.#text.slice(9, 12));
    this.#text = '';
    this.#answer?.(status);
  }
}

/** `POST /api/v2/alerts` with this body. */
export function postOf(body: string, token: string | null): Buffer {
  const head = [
    'POST /api/v2/alerts HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(token === null ? [] : [`authorization: Bearer ${token}`]),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
