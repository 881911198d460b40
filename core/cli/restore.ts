import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { existingRepository, normalKey, recoveryKey } from '../backups/repository.ts';
import { findSnapshot, restore as putBack } from '../backups/restore.ts';
import { prepareDataDir } from '../boot/data-dir.ts';
import { claimFolder } from '../db/only-process.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { MIGRATIONS } from './installation.ts';
import { readOptions } from './options.ts';

/** Puts a backup in the place of the data, on this machine or a new one. Exit code 1, and nothing changed, when anything is wrong with it. */
export const restore: Command = {
  name: 'restore',
  usage: 'latest|ID [--key-file FILE]',
  summary: 'put a backup in the place of the data; the old data is kept beside it',
  run: async (args, console) => {
    const { values, positionals } = readOptions(args, { 'key-file': { type: 'string' } }, 1);
    const { config } = console;
    prepareDataDir(config.dataDir);
    const claim = claimFolder(config.dataDir);
    try {
      const key = keyFrom(values['key-file'], config);
      const repository = existingRepository(config.backup, key);
      const snapshot = await findSnapshot(repository, positionals[0] ?? '');
      console.note(`backup ${snapshot.shortId} of ${snapshot.at.toISOString()}`);
      const { manifest, files, before, schemaBefore } = await putBack(
        {
          repository,
          dataDir: config.dataDir,
          target: { url: config.databaseUrl, file: databaseFile(config) },
          now: () => new Date(),
          migrations: readdirSync(MIGRATIONS),
          secret: config.secretKey,
          say: console.note,
        },
        snapshot,
      );
      // A new machine goes on with the backups of the old one.
      const kept = join(config.dataDir, 'backup.key');
      if (!existsSync(kept)) writeFileSync(kept, `${repository.key}\n`, { mode: 0o600 });
      const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
      console.say(`restored ${snapshot.shortId} of ${manifest.createdAt}: ${rows} rows and ${files} files are what they were`);
      if (before !== null) console.note(`The old data is in ${before}. Delete that folder when you need it no more.`);
      if (schemaBefore !== null) console.note(`The old tables are in the schema ${schemaBefore}: DROP SCHEMA ${schemaBefore} CASCADE.`);
      return EXIT.ok;
    } finally {
      claim.release();
    }
  },
};

/** The recovery key of a file, else of this machine. */
export function keyFrom(file: string | undefined, config: Config): string | null {
  if (file === undefined) return recoveryKey(config.backup);
  try {
    return normalKey(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`--key-file names ${file}, which cannot be read.`);
  }
}
