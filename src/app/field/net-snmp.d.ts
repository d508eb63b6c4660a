/** The part of net-snmp that is used here; it brings no types. */
declare module 'net-snmp' {
  export interface VarBind {
    readonly oid: string;
    readonly type: number;
    readonly value: unknown;
  }
  export interface Pdu {
    readonly type: number;
    readonly id?: number;
    readonly varbinds?: readonly VarBind[];
    readonly enterprise?: string;
    readonly agentAddr?: string;
    readonly generic?: number;
    readonly specific?: number;
    readonly upTime?: number;
    readonly community?: string;
    readonly user?: string;
  }
  export interface Notification {
    readonly pdu: Pdu;
    readonly rinfo: { readonly address: string; readonly port: number };
  }
  export interface User {
    readonly name: string;
    readonly level: number;
    readonly authProtocol: number | string;
    readonly authKey: string;
    readonly privProtocol: number | string;
    readonly privKey: string;
  }
  export interface Receiver {
    getAuthorizer(): { addCommunity(community: string): void; addUser(user: User): void };
    close(done?: () => void): void;
  }
  export const PduType: { readonly Trap: number; readonly TrapV2: number; readonly InformRequest: number };
  export const SecurityLevel: { readonly authPriv: number };
  export const AuthProtocols: Readonly<Record<string, number>>;
  export const PrivProtocols: Readonly<Record<string, number>>;
  export function createReceiver(
    options: {
      readonly port: number;
      readonly address: string;
      readonly transport: 'udp4' | 'udp6';
      readonly engineID: string;
      readonly includeAuthentication: boolean;
      readonly dgramModule: { createSocket(type: string): unknown };
    },
    callback: (error: Error | null, notification: Notification) => void,
  ): Receiver;
}
