import { existingRepository } from '../backups/repository.ts';
import { recoveryKey } from '../backups/repository-key.ts';
import { snapshots } from '../backups/restic.ts';
import { AppError } from '../lib/errors.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';
import { keyFrom } from './restore.ts';

/** What `centrala restore` can restore, the newest last. Works without a database. */
export const backupList: Command = {
  name: 'backup list',
  usage: '[--key-file FILE] [--json]',
  summary: 'list the backups that can be restored',
  run: async (args, console) => {
    const { values } = readOptions(args, { json: { type: 'boolean', default: false }, 'key-file': { type: 'string' } });
    const found = await snapshots(await existingRepository(console.config.backup, keyFrom(values['key-file'], console.config)));
    const rows = found.map(({ shortId, at, isVerified }) => ({ id: shortId, at: at.toISOString(), isVerified }));
    if (values.json) console.say(JSON.stringify(rows));
    else for (const { id, at, isVerified } of rows) console.say(`${id}  ${at}  ${isVerified ? 'verified' : 'not verified'}`);
    return EXIT.ok;
  },
};

/** Shows the key without which nobody, not even this product elsewhere, can read the backups. */
export const backupKey: Command = {
  name: 'backup key',
  usage: '',
  summary: 'show the recovery key; keep it somewhere else than the backups',
  run: async (args, console) => {
    readOptions(args, {});
    const key = recoveryKey(console.config.backup);
    if (key === null)
      throw new AppError('no_key', 404, 'There is no recovery key yet; the first backup makes it.', { help: 'Run: centrala backup' });
    console.say(key);
    return EXIT.ok;
  },
};
