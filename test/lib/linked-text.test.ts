import test from 'ava';
import { sentenceParts, writtenParts } from '../../core/lib/linked-text.ts';
import { cpuMs } from '../support/cpu-time.ts';

const link = (text: string, href: string) => ({ text, kind: 'link', href });
const plain = (text: string) => ({ text, kind: 'text' });

test('a sentence of the product leads to its own pages only', (t) => {
  t.deepEqual(sentenceParts('[Audit](/audit) and `centrala`.'), [
    link('Audit', '/audit'),
    plain(' and '),
    { text: 'centrala', kind: 'code' },
    plain('.'),
  ]);
  t.deepEqual(sentenceParts('[x](https://evil.test) [y](javascript:1)'), [plain('[x](https://evil.test) [y](javascript:1)')]);
});

test('pages, e-mail addresses and phone numbers that a person wrote can be followed, and nothing else', (t) => {
  t.deepEqual(writtenParts('Jan, jan.it@firma.pl, tel. +48 22 123 45-67 (https://firma.pl/pomoc).'), [
    plain('Jan, '),
    link('jan.it@firma.pl', 'mailto:jan.it@firma.pl'),
    plain(', tel. '),
    link('+48 22 123 45-67', 'tel:+48221234567'),
    plain(' ('),
    link('https://firma.pl/pomoc', 'https://firma.pl/pomoc'),
    plain(').'),
  ]);
  for (const text of ['javascript:alert(1)', '<a href="/x">y</a>', 'data:text/html,x', '1234567890', ''])
    t.deepEqual(
      writtenParts(text).filter(({ kind }) => kind === 'link'),
      [],
      text,
    );
});

test('a very long text that looks like the beginning of an address is read at once', (t) => {
  const from = cpuMs();
  writtenParts(`${'a.'.repeat(1_000)}@`);
  writtenParts(`+${'1 '.repeat(1_000)}`);
  t.true(cpuMs() - from < 1_000);
});
