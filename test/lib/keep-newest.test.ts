import test from 'ava';
import { keepNewest } from '../../core/lib/keep-newest.ts';

test('what was put in last stays, what was not for the longest goes, and putting in again makes it new', (t) => {
  const map = new Map<string, number>();
  for (const [n, key] of ['a', 'b', 'c'].entries()) keepNewest(map, key, n, 3);
  t.is(keepNewest(map, 'a', 9, 3), undefined);
  t.is(keepNewest(map, 'd', 4, 3), 1, 'what goes is answered');
  t.deepEqual(
    [...map],
    [
      ['c', 2],
      ['a', 9],
      ['d', 4],
    ],
  );
});

test('something that holds nothing is there once', (t) => {
  const map = new Map<string, undefined>([['a', undefined]]);
  keepNewest(map, 'b', undefined, 1);
  t.deepEqual([...map.keys()], ['b']);
});
