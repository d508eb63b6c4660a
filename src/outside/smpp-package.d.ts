/** The part of the package `smpp` that is used here and in tests; it comes without types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly message_id?: string;
    readonly esm_class?: number;
    readonly source_addr?: string;
    readonly destination_addr?: string;
    readonly short_message?: { readonly message?: string | Buffer; readonly udh?: unknown };
    readonly receipted_message_id?: string;
    readonly message_state?: number;
    readonly registered_delivery?: number;
    readonly data_coding?: number;
    readonly system_id?: string;
    readonly password?: string;
    response(fields?: Record<string, unknown>): Pdu;
  }

  type Fields = Record<string, unknown>;

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    bind_transceiver(fields: Fields, done: (pdu: Pdu) => void): boolean;
    submit_sm(fields: Fields, done: (pdu: Pdu) => void): boolean;
    deliver_sm(fields: Fields, done?: (pdu: Pdu) => void): boolean;
    enquire_link(fields: Fields, done: (pdu: Pdu) => void): boolean;
    unbind(): boolean;
    send(pdu: Pdu): boolean;
    close(done?: () => void): void;
    destroy(done?: () => void): void;
  }

  export interface Server extends NetServer {
    readonly sessions: readonly Session[];
  }

  const smpp: {
    connect(options: { url: string; connectTimeout?: number }, connected?: () => void): Session;
    createServer(listener: (session: Session) => void): Server;
  };
  export default smpp;
}
