import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { houseFor } from '../support/house.ts';

/** Long different words of a script whose letters come apart when they are folded: three for each, of three bytes. */
function koreanWords(count: number): string {
  const syllable = (n: number): string => String.fromCharCode(0xac00 + ((n * 28 + 1 + (n % 27)) % 11_172));
  const words = Array.from({ length: count }, (_, at) =>
    Array.from({ length: 21 }, (_, n) => syllable(at * 7 + n * n * 31 + (at >> n))).join(''),
  );
  return words.join(' ');
}

test('a mail of the longest words of any script is found, on both databases', async (t) => {
  const house = await houseFor(t);
  const to = Array.from({ length: 500 }, (_, at) => ({ address: `a${at}@klient.test`, name: `${koreanWords(9)} ${at}` }));
  await house.mail({ text: `zamowienie ${koreanWords(9_000)}`, subject: 'Pytanie', to });
  t.is((await listConversations(house.scope, { q: 'zamowienie' })).items.length, 1);
  t.is((await listConversations(house.scope, { q: 'subject:pytanie' })).items.length, 1);
});
