import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { databaseFile } from '../../config/config.ts';
import { BackupError } from '../backups/backup-error.ts';
import { createFileShipper } from '../backups/log-files.ts';
import { forgetOld } from '../backups/log-index.ts';
import { logDir, openLogPlace } from '../backups/log-place.ts';
import { FILES } from '../backups/log-segments.ts';
import { createShipper } from '../backups/log-ship.ts';
import { createUploader } from '../backups/log-upload.ts';
import { mustNotBeGone } from '../backups/repository.ts';
import { ensureKey } from '../backups/repository-key.ts';
import { mustHaveRoom } from '../backups/room.ts';
import { claimFile } from '../db/only-process.ts';
import { repeatedly } from '../lib/repeatedly.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

const LOOK_MS = 100;
const SHIP_MS = 2_000;
/** A request costs more than a file. */
const UPLOAD_MS = 4_000;
/** After failures it is tried ever more seldom, up to this. */
const MOST_MS = 120_000;
const HOUR_MS = 3_600_000;
const PRIORITY = 5;
/** Stays free, so that mail goes on coming in while the place of the backups is away. */
const SPARE_BYTES = 1024 ** 3;

/** What the server runs beside it while Settings → Backups says so: ships the log of SQLite until it is told to end. A line of JSON for each time something was brought away, or why not. */
export const backupLog: Command = {
  name: 'backup log',
  usage: '',
  summary: 'bring each change of SQLite to the backups within seconds, until SIGTERM; the server runs it',
  run: async (args, { config, say }) => {
    readOptions(args, {});
    const key = ensureKey(config.backup);
    const [place, store] = [logDir(config.backup), openLogPlace(config.backup)];
    if (place === null || store === null || config.databaseUrl !== null)
      throw new BackupError('The log is shipped for SQLite.', 'Choose where backups go: Settings → Backups.', 'no_target');
    mustNotBeGone(config.backup);
    const { dir, isSpool } = place;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const claim = claimFile(
      join(config.dataDir, 'backup-log.lock'),
      () => new BackupError('The log is shipped already.', undefined, 'busy'),
    );
    setPriority(PRIORITY);
    const known = async (): Promise<readonly string[]> => (isSpool ? store.list(FILES) : []);
    const shipFiles = createFileShipper(join(config.dataDir, 'blobs'), dir, key, Date.now, known);
    const files = async (): Promise<void> => {
      if (isSpool) await mustHaveRoom(dir, 0, 'The log that waits to be brought away', SPARE_BYTES);
      await shipFiles();
    };
    const shipper = createShipper({ file: databaseFile(config), dir, key, now: Date.now, files });
    const uploader = isSpool ? createUploader(dir, store, Date.now) : null;

    const told = (shippedAt: number | null): void => {
      if (shippedAt !== null) say(JSON.stringify({ shippedAt: new Date(shippedAt).toISOString() }));
    };
    const failed = (error: unknown): void => say(JSON.stringify({ problem: error instanceof Error ? error.message : String(error) }));
    const ship = async (): Promise<void> => {
      await shipper.ship();
      if (uploader === null) told(Date.now());
    };
    const looking = setInterval(() => shipper.look(), LOOK_MS);
    const ended = Promise.withResolvers<void>();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.resolve());
    // The server that began it is gone.
    process.stdin.once('close', () => ended.resolve()).resume();
    const loops = [repeatedly(ship, { everyMs: SHIP_MS, mostMs: SHIP_MS, failed })];
    loops.push(repeatedly(() => forgetOld(store, Date.now()), { everyMs: HOUR_MS, mostMs: HOUR_MS, failed }));
    if (uploader !== null) {
      const often = { everyMs: UPLOAD_MS, mostMs: MOST_MS, failed };
      loops.push(
        repeatedly(async () => told(await uploader.pieces()), often),
        repeatedly(uploader.bases, often),
      );
    }
    await ended.promise;
    process.stdin.destroy();
    clearInterval(looking);
    await Promise.all(loops.map((loop) => loop.stop()));
    await ship().catch(failed);
    await uploader?.pieces().then(told, failed);
    await store.close();
    shipper.close();
    claim.release();
    return EXIT.ok;
  },
};
