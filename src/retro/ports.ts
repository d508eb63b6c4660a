import type { ExpectationTx } from '../expectation/index.ts';
import type { TicketTx } from '../ticket/ports.ts';
import type { Retro } from './retro.ts';

export interface RetroTx extends TicketTx {
  readonly expectations: Pick<ExpectationTx['expectations'], 'losses'>;
  readonly retros: {
    insert(retro: Retro): Promise<void>;
    byId(id: string): Promise<Retro | null>;
    ofIncident(incidentId: string): Promise<Retro | null>;
    list(): Promise<Retro[]>;
    update(
      id: string,
      version: number,
      change: Partial<Omit<Retro, 'id' | 'incidentId' | 'version'>>,
    ): Promise<boolean>;
  };
}
