import test from 'ava';
import { gather } from '../../core/lib/gather.ts';

test('what is asked while a question is on its way is asked together by the next one', async (t) => {
  const asked: string[][] = [];
  const first = Promise.withResolvers<void>();
  const isKnown = gather(async (keys: readonly string[]) => {
    asked.push([...keys]);
    if (asked.length === 1) await first.promise;
    return new Set(['b', 'd']);
  });
  const answers = [isKnown('a')];
  await Promise.resolve();
  answers.push(...['b', 'c', 'b'].map(isKnown));
  first.resolve();
  t.deepEqual(await Promise.all(answers), [false, true, false, true]);
  t.deepEqual(asked, [['a'], ['b', 'c']]);
  t.true(await isKnown('d'));
  t.is(asked.length, 3);
});

test('a question that fails fails for those who asked it, and the next one is asked', async (t) => {
  let asked = 0;
  const isKnown = gather(async (keys: readonly number[]) => {
    asked += 1;
    if (asked === 1) throw new Error('no answer');
    return new Set(keys);
  });
  await t.throwsAsync(Promise.all([isKnown(1), isKnown(2)]), { message: 'no answer' });
  t.true(await isKnown(3));
});

test('with a pace, what comes one by one is asked together, and what comes alone at once', async (t) => {
  const asked: string[][] = [];
  const isKnown = gather(async (keys: readonly string[]) => {
    asked.push([...keys]);
    return new Set(['b']);
  }, 200);
  t.false(await isKnown('a'));
  const answers: Promise<boolean>[] = [];
  for (const key of ['b', 'c', 'd']) {
    answers.push(isKnown(key));
    await new Promise((next) => setImmediate(next));
  }
  t.deepEqual(await Promise.all(answers), [true, false, false]);
  t.deepEqual(asked, [['a'], ['b', 'c', 'd']]);
});
