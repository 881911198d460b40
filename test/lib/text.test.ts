import test from 'ava';
import { composed, fold } from '../../core/lib/text.ts';
import { cpuMs } from '../support/cpu-time.ts';

test('letters are folded to their plainest form, in whatever way they were written', (t) => {
  for (const [written, folded] of [
    ['ZAŻÓŁĆ gęślą', 'zazolc gesla'],
    ['Z\u0307o\u0301\u0142w', 'zołw'.replace('ł', 'l')],
    ['ﬁrma №5', 'firma no5'],
    ['ガ ｶﾞ', 'カ カ'],
    ['각', '각'.normalize('NFKD')],
    ['e\u0323\u0301\u0323\u0301', 'e'],
  ] as const)
    t.is(fold(written), folded, written);
});

test('a long row of marks over one letter costs no more than other text of its length', (t) => {
  const begin = cpuMs();
  for (const row of ['\u0323\u0301', '\uff9e\u0301', '\u0e33\u0323\u0301']) {
    const text = row.repeat(100_000);
    t.true(fold(text).length <= text.length);
    t.true(composed(text, 60).length > 60);
  }
  t.true(cpuMs() - begin < 1_500, `${Math.round(cpuMs() - begin)} ms`);
});
