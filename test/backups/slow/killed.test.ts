import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import type { Knex } from 'knex';
import { connect } from '../../../core/db/connect.ts';
import { ADMIN, product } from '../../support/product.ts';

const CLI = resolve(import.meta.dirname, '../../../core/cli.ts');
/** What `centrala restore` says when it begins a step; killed at once, and a moment later. */
const KILLS = [
  ['checking', 0],
  ['changing places', 0],
  ['changing places', 50],
] as const;

test('a restore that is killed at any step leaves a start that works, with all of the old data or all of the new', async (t) => {
  const here = await product(t, ADMIN);
  await here.start();
  const url: string | null = here.db.client.config.connection.connectionString ?? null;
  /** Opened anew each time: a connection from before a restore would go on in the old file. */
  const withDb = async <T>(work: (db: Knex) => Promise<T>): Promise<T> => {
    const db = connect({ url, file: join(here.dir, 'centrala.sqlite') });
    return work(db).finally(() => db.destroy());
  };
  const key = 'company.name';
  const name = (value: string): Promise<void> =>
    withDb(async (db) => {
      await db('settings').where({ key }).delete();
      await db('settings').insert({ key, value, updated_at: '2026-11-27T00:00:00Z' });
    });
  const named = (): Promise<string> => withDb(async (db) => (await db('settings').where({ key }).first('value')).value);
  await name('w kopii');
  await here.centrala('backup');
  const env = { PATH: process.env['PATH'] ?? '', CENTRALA_DATA_DIR: here.dir, ...(url ? { CENTRALA_DATABASE_URL: url } : {}) };
  for (const [step, afterMs] of KILLS) {
    await name('przed');
    await here.end('SIGTERM');
    const child = spawn(process.execPath, [CLI, 'restore', 'latest'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const gone = once(child, 'exit');
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(step)) setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    await gone;
    await here.start();
    const found = await named();
    t.log(`${step} + ${afterMs} ms: ${found}`);
    t.true(found === 'przed' || (found === 'w kopii' && step === 'changing places'), `${step}: ${found}`);
    t.false(existsSync(`${here.dir}/restoring.json`));
    t.deepEqual(
      readdirSync(here.dir).filter((one) => /^restore-\d/.test(one)),
      [],
    );
  }
  const proof = JSON.parse(await here.centrala('ledger', 'verify', '--json'));
  t.is(proof.wrong, 0, JSON.stringify(proof));
});
