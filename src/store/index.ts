export { openSharedMemory, openStore } from './store.ts';
export type { Store, StoreOptions } from './store.ts';
export type { Tx } from './transaction.ts';
export type { JournalCheck } from './journal-chain.ts';
export { StaleLease } from './work-lease.ts';
export type { WorkCount } from './work-lease.ts';
export { backupDatabase, restoreDatabase } from './backup.ts';
export { DATABASE_FILE } from './database-file.ts';
export { makeDirectory } from './make-directory.ts';
