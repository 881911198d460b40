import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
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
