import test from 'ava';
import { keyProblems, pressedKeys, readKeys, writeKeys } from '../../core/lib/keys.ts';

test('a key that was given away does nothing, and one that was taken does the act that has it now', (t) => {
  t.deepEqual(pressedKeys({}), {});
  t.deepEqual(pressedKeys({ e: 'w' }), { e: '', w: 'e' });
  t.deepEqual(pressedKeys({ e: 'n', n: 'e' }), { n: 'e', e: 'n' }, 'two that changed places');
  t.deepEqual(pressedKeys({ '!': '' }), { '!': '' }, 'switched off');
});

test('keys are one sign each and none is twice', (t) => {
  t.is(keyProblems({ e: 'n', n: 'e', '!': '', '?': '' }).size, 0);
  t.deepEqual(
    [...keyProblems({ e: 'n' })],
    [
      ['n', { kind: 'taken', by: 'e' }],
      ['e', { kind: 'taken', by: 'n' }],
    ],
  );
  for (const wrong of ['ab', ' ', '\u0007', '\u202e']) t.deepEqual(keyProblems({ e: wrong }).get('e'), { kind: 'wrong' });
  t.is(keyProblems({ e: 'ż' }).size, 0);
});

test('only what differs from the usual keys is stored, and what is not known any more is forgotten', (t) => {
  t.is(writeKeys({ e: 'e' }), '');
  t.deepEqual(readKeys(writeKeys({ e: 'w', '!': '', j: 'j' })), { e: 'w', '!': '' });
  t.deepEqual(readKeys('{"gone":"x","e":5,"n":"m"}'), { n: 'm' });
  t.deepEqual(readKeys(''), {});
});
