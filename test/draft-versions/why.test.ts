import test from 'ava';
import { whyKeep } from '../../core/draft-versions/why.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const LETTER = 'Dzień dobry, reklamację przyjęliśmy i wyślemy nową pralkę w piątek.';
const LONG = 'Zażółć gęślą jaźń. '.repeat(30);

for (const [title, before, at, after, newest, reason] of [
  ['one more key is no version', LETTER, ago(0), `${LETTER} P`, null, null],
  ['a word in the middle is none either', LETTER, ago(0), LETTER.replace('nową ', ''), null, null],
  ['what is only longer at both ends loses nothing', LETTER, ago(0), `Witam!\n${LETTER}\nAnna`, null, null],
  ['a text written wholly anew is kept', LETTER, ago(0), 'Nie możemy tego przyjąć.', null, 'changed'],
  ['a short one, too', 'Tak, wyślemy jutro.', ago(0), 'Nie mamy tego.', null, 'changed'],
  ['its last word is not', 'Tak, wyślemy jutro.', ago(0), 'Tak, wyślemy dzisiaj.', null, null],
  ['a paragraph taken out is kept', `${LETTER}\n${LONG}\nAnna`, ago(0), `${LETTER}\nAnna`, null, 'changed'],
  ['a text of which all is taken out is kept', LETTER, ago(0), ' \n', null, 'cleared'],
  ['a word of which all is taken out is not', 'Witam', ago(0), '', null, null],
  ['what the newest version holds is not kept again while it is deleted piece by piece', LETTER, ago(0), '', `${LETTER} Anna`, null],
  ['what stood there before a pause is kept', LETTER, ago(6), `${LETTER} Pozdrawiam`, null, 'edited'],
  ['a long text gets its first version without a pause', LONG, ago(0), `${LONG}i`, null, 'edited'],
  ['and no second one at once', `${LONG}i`, ago(0), `${LONG}ii`, LONG, null],
  ['an empty one never', ' ', ago(60), LETTER, null, null],
  ['the same text never', LETTER, ago(60), `${LETTER}\n`, null, null],
] as const)
  test(`an earlier draft: ${title}`, (t) => {
    t.is(whyKeep({ text: before, at }, after, newest === null ? null : { text: newest, at: ago(1) }, NOW), reason);
  });

test('an earlier draft: five minutes after the newest one the next is kept', (t) => {
  const asked = (minutes: number) => whyKeep({ text: `${LONG}i`, at: ago(0) }, `${LONG}ii`, { text: LONG, at: ago(minutes) }, NOW);
  t.is(asked(4), null);
  t.is(asked(5), 'edited');
});
