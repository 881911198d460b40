import test from 'ava';
import { parseEmailAddress, splitPlusTag } from '../../core/lib/email-address.ts';

test('an address is stored in lower case with its domain in ASCII', (t) => {
  t.is<string | null, string>(parseEmailAddress('  Biuro@Żółw.PL '), 'biuro@xn--w-uga1v8h.pl');
  t.is<string | null, string>(parseEmailAddress('a+b@x.test'), 'a+b@x.test');
});

test('what is not one plain address is refused', (t) => {
  for (const text of [
    '',
    'a',
    '@x.test',
    'a@',
    'a b@x.test',
    'a@x.test\r\nRCPT TO:<b@y.test>',
    '"a"@x.test',
    'a@x.test, b@y.test',
    '<a@x.test>',
    'a..b@x.test',
    'a@-x.test',
    null,
    7,
    ['a@x.test'],
  ])
    t.is(parseEmailAddress(text), null, JSON.stringify(text));
});

test('a plus tag is split from the address that owns it', (t) => {
  const address = parseEmailAddress('biuro+r.abc@x.test');
  t.truthy(address);
  if (address) t.deepEqual(splitPlusTag(address) as object, { base: 'biuro@x.test', tag: 'r.abc' });
});
