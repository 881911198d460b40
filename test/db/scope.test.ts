import { join } from 'node:path';
import test from 'ava';
import Database from 'better-sqlite3';
import { lockedConversation } from '../../core/conversations/change.ts';
import { connect } from '../../core/db/connect.ts';
import { migrate } from '../../core/db/migrate.ts';
import { attempt, transact } from '../../core/db/scope.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { writeSetting } from '../../core/settings/settings.ts';
import { MIGRATIONS, scopeFor } from '../support/db.ts';
import { houseFor } from '../support/house.ts';
import { tempDir } from '../support/temp-dir.ts';

test('two transactions that wait for each other both succeed, and each announces its events once', async (t) => {
  const { mail, scope, events } = await houseFor(t);
  const a = (await mail({})).conversationId;
  const b = (await mail({})).conversationId;
  const before = (await events()).length;
  const inOrder = (first: ConversationId, second: ConversationId) =>
    transact(scope, async (tx) => {
      await lockedConversation(tx, first);
      tx.emit({ type: 'conversation.assigned', data: { conversationId: first } });
      await tx.db.raw('select 1');
      await lockedConversation(tx, second);
    });
  await Promise.all([inOrder(a, b), inOrder(b, a), inOrder(a, b), inOrder(b, a)]);
  t.deepEqual((await events()).slice(before), Array(4).fill('conversation.assigned'));
});

test('an error of the work itself is raised at once and leaves no event', async (t) => {
  const { scope, events } = await houseFor(t);
  let runs = 0;
  const work = transact(scope, async (tx) => {
    runs += 1;
    tx.emit({ type: 'settings.changed', data: { key: 'x' } });
    throw new Error('stop');
  });
  await t.throwsAsync(work, { message: 'stop' });
  t.is(runs, 1);
  t.deepEqual(await events(), []);
});

test('counters move once at the end of a transaction, and what failed alone within it is not counted', async (t) => {
  const { scope } = await houseFor(t);
  const value = async (name: string) => (await scope.db('counters').where({ name }).first('value'))?.value ?? 0;
  await transact(scope, async (tx) => {
    tx.count(new Map([['a', 2]]));
    tx.count(new Map([['a', -1]]));
    await attempt(tx, async (inner) => inner.count(new Map([['a', 4]])));
    const failing = attempt(tx, async (inner) => {
      inner.count(new Map([['b', 8]]));
      throw new Error('alone');
    });
    await t.throwsAsync(failing, { message: 'alone' });
  });
  t.deepEqual([await value('a'), await value('b')], [5, 0]);
});

test('more events than one statement takes are all written', async (t) => {
  const { scope, events } = await houseFor(t);
  await transact(scope, async (tx) => {
    for (let n = 0; n < 750; n += 1) tx.emit({ type: 'settings.changed', data: { key: `${n}` } });
  });
  t.is((await events()).length, 750);
});

test('while another program writes to SQLite a transaction waits for it and holds nobody else up', async (t) => {
  const dir = tempDir(t);
  const file = join(dir, 'waiting.sqlite');
  const db = connect({ url: null, file });
  t.teardown(() => db.destroy());
  await migrate(db, MIGRATIONS);
  const scope = await scopeFor(t, db);
  const other = new Database(file);
  t.teardown(() => other.close());
  other.exec('begin immediate');
  let isOver = false;
  const writing = transact(scope, (tx) => writeSetting(tx, 'x', '1')).finally(() => {
    isOver = true;
  });
  for (let n = 0; n < 20; n += 1) await db('settings').select();
  t.false(isOver);
  other.exec('rollback');
  await writing;
  t.is((await db('settings').where({ key: 'x' }).first()).value, '1');
});
