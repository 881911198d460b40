import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { databaseFile } from '../../config/config.ts';
import { BackupError } from '../backups/backup-error.ts';
import { createFileShipper } from '../backups/log-files.ts';
import { logDir } from '../backups/log-place.ts';
import { createShipper } from '../backups/log-ship.ts';
import { ensureKey } from '../backups/repository-key.ts';
import { claimFile } from '../db/only-process.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

const LOOK_MS = 100;
const SHIP_MS = 2_000;
const PRIORITY = 5;

/** What the server runs beside it while Settings → Backups says so: ships the log of SQLite until it is told to end. A line of JSON for each time something was brought away, or why not. */
export const backupLog: Command = {
  name: 'backup log',
  usage: '',
  summary: 'bring each change of SQLite to the backups within seconds, until SIGTERM; the server runs it',
  run: async (args, { config, say }) => {
    readOptions(args, {});
    const [dir, key] = [logDir(config.backup), ensureKey(config.backup)];
    if (dir === null || config.databaseUrl !== null)
      throw new BackupError('The log is shipped for SQLite, and to a folder.', 'Choose a folder: Settings → Backups.', 'no_target');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const claim = claimFile(
      join(config.dataDir, 'backup-log.lock'),
      () => new BackupError('The log is shipped already.', undefined, 'busy'),
    );
    setPriority(PRIORITY);
    const files = createFileShipper(join(config.dataDir, 'blobs'), dir, key, Date.now);
    const shipper = createShipper({ file: databaseFile(config), dir, key, now: Date.now, files });
    const looking = setInterval(() => shipper.look(), LOOK_MS);
    const ended = Promise.withResolvers<void>();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.resolve());
    // The server that began it is gone.
    process.stdin.once('close', () => ended.resolve()).resume();
    const ship = (): Promise<void> =>
      shipper.ship().then(
        () => say(JSON.stringify({ shippedAt: new Date().toISOString() })),
        (error: unknown) => say(JSON.stringify({ problem: error instanceof Error ? error.message : String(error) })),
      );
    await ship();
    const shipping = setInterval(ship, SHIP_MS);
    await ended.promise;
    process.stdin.destroy();
    clearInterval(looking);
    clearInterval(shipping);
    await ship();
    shipper.close();
    claim.release();
    return EXIT.ok;
  },
};
