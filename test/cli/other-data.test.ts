import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { beginSwap } from '../../core/backups/swap.ts';
import { connect } from '../../core/db/connect.ts';
import { pendingMigrations } from '../../core/db/migrate.ts';
import { centralaCommand } from '../support/cli.ts';
import { emptyAddress, MIGRATIONS } from '../support/db.ts';
import { keptNames, layKept } from '../support/kept.ts';
import { tempDir } from '../support/temp-dir.ts';

test('a command leaves data of an older version to the start, which keeps a copy: an older server may be at work on it', async (t) => {
  const dir = tempDir(t);
  layKept(keptNames()[0] ?? '', dir);
  const target = { url: null, file: join(dir, 'centrala.sqlite') };
  const pending = async (): Promise<number> => {
    const db = connect(target);
    return pendingMigrations(db, MIGRATIONS).finally(() => db.destroy());
  };
  const before = await pending();
  t.true(before > 0);
  const cli = centralaCommand(dir, target);
  for (const args of [['ledger'], ['reset-password', 'anna@firma.test'], ['backup'], ['audit', 'verify']]) {
    const refused = await cli(args);
    t.is(refused.code, 1, args.join(' '));
    t.regex(refused.err, /of an older version.*\n.*start this one/);
    t.is(refused.out, '');
  }
  t.is(await pending(), before);
});

test('nothing is proved, and no backup is made, of a Centrala that is not there: the settings of the command are others than the server’s', async (t) => {
  const url = await emptyAddress(t);
  const dir = join(tempDir(t), 'typo');
  const cli = centralaCommand(dir, { url, file: '' });
  for (const args of [['ledger', 'verify'], ['audit', 'verify'], ['ledger', 'repair'], ['statistics', 'rebuild'], ['backup']]) {
    const refused = await cli(args);
    t.is(refused.code, 1, args.join(' '));
    t.regex(refused.err, /There is no Centrala in .*\n.*CENTRALA_DATA_DIR/);
    t.is(refused.out, '');
  }
  t.false(existsSync(join(dir, 'centrala.sqlite')) || existsSync(join(dir, 'backups')));
});

test('data that a restore has half changed is neither read nor begun anew by a command, and the doctor calls it by its name', async (t) => {
  const url = await emptyAddress(t);
  const dir = tempDir(t);
  const cli = centralaCommand(dir, { url, file: '' });
  const swap = { from: 'restore-1', before: 'before-restore-1', schema: null } as const;
  for (const phase of ['database', 'files', 'back'] as const) {
    await beginSwap(dir, { ...swap, phase });
    for (const args of [['ledger'], ['backup'], ['api-key', 'create', '--name', 'x', '--agent', 'anna@firma.test']]) {
      const refused = await cli(args);
      t.is(refused.code, 1, `${phase} ${args.join(' ')}`);
      t.regex(refused.err, /A restore is at work on this data, or was interrupted\.\n.*start Centrala, or restore again/);
    }
    const { code, out } = await cli(['doctor']);
    t.is(code, 1);
    t.regex(out, /BROKEN {2}database: a restore is at work/);
    t.notRegex(out, /does not exist yet|Nothing is broken/);
  }
  t.false(existsSync(join(dir, 'centrala.sqlite')));
  // Fetched and checked beside the data, which is whole.
  await beginSwap(dir, { ...swap, phase: 'ready' });
  t.is((await cli(['ledger'])).code, 0);
});
