import Database from 'better-sqlite3';

/** The write-ahead log of an SQLite database, kept from beginning anew by a reader that is always there. */
export interface HeldLog {
  /** Holds the log as it is now, with a commit that changes nothing, so that there is something to hold. */
  begin(): void;
  /**
   * Has everything put into the database, and lets the log begin anew. `readRest` runs while nobody can commit. False when another reader
   * stood in the way; then the log goes on.
   */
  beginAnew(readRest: () => void): boolean;
  close(): void;
}

const BUSY_MS = 5_000;

/** Only in a process that shares the file with no other connections of the product. */
export function holdLog(file: string): HeldLog {
  const open = () => new Database(file, { timeout: BUSY_MS, fileMustExist: true });
  let [pin, spare] = [open(), open()];
  const writer = open();
  for (const db of [pin, spare, writer]) db.pragma('wal_autocheckpoint = 0');

  /** The next reader begins before this one ends. */
  const hold = (): void => {
    spare.exec('begin');
    spare.prepare('select count(*) from sqlite_schema').get();
    if (pin.inTransaction) pin.exec('commit');
    [pin, spare] = [spare, pin];
  };
  const touch = (): void => {
    writer.pragma(`user_version = ${Number(writer.pragma('user_version', { simple: true }))}`);
  };

  return {
    begin: () => {
      if (pin.inTransaction) pin.exec('commit');
      touch();
      hold();
    },
    beginAnew: (readRest) => {
      hold();
      // Nearly all of it while others may write.
      writer.pragma('wal_checkpoint(passive)');
      writer.exec('begin immediate');
      try {
        readRest();
        pin.exec('commit');
        const [done] = spare.pragma('wal_checkpoint(passive)') as [{ log: number; checkpointed: number }];
        if (done.log !== done.checkpointed) return false;
        touch();
        writer.exec('commit');
        return true;
      } finally {
        if (writer.inTransaction) writer.exec('rollback');
        hold();
      }
    },
    close: () => {
      for (const db of [pin, spare, writer]) db.close();
    },
  };
}
