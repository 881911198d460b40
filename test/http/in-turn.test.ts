import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import type { Context } from 'koa';
import { inTurn } from '../../core/http/in-turn.ts';

test('requests that are found together start in order, one in each turn of the event loop', async (t) => {
  const turns = inTurn();
  const started: number[] = [];
  const ask = (n: number): Promise<unknown> =>
    turns({} as Context, async () => {
      started.push(n);
    });
  const all = Promise.all([1, 2, 3].map(ask));
  t.deepEqual(started, [1]);
  for (const soFar of [
    [1, 2],
    [1, 2, 3],
  ]) {
    await nextTurn();
    t.deepEqual(started, soFar);
  }
  await all;
  await ask(4);
  t.deepEqual(started, [1, 2, 3, 4], 'the next one after a pause');
});

test('one that takes long holds nobody, and one that fails fails alone', async (t) => {
  const turns = inTurn();
  const long = turns({} as Context, () => new Promise(() => {}));
  const failing = turns({} as Context, () => Promise.reject(new Error('no')));
  const last = turns({} as Context, async () => {});
  await t.throwsAsync(async () => failing, { message: 'no' });
  await t.notThrowsAsync(async () => last);
  t.truthy(long);
});
