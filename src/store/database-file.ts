/** Name of the embedded operations database in a data directory. */
export const DATABASE_FILE = 'ops.sqlite';
