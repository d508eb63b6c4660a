export type { WrittenFact } from './context.ts';
export type { JournalVerdict } from './journal.ts';
export { DATABASE_FILE, openStore, type Store, type StoreOptions, type Tx } from './store.ts';
