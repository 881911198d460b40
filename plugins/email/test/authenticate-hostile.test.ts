import { readFileSync, statSync } from 'node:fs';
import test from 'ava';
import { readAuthentication } from '../../../core/lib/authentication.ts';
import type { Dns } from '../../../core/lib/dns.ts';
import { corpusFiles } from '../../../test/support/corpora.ts';
import { noDns } from '../../../test/support/dns.ts';
import { checked, crlf } from './signed.ts';

/** Everything exists and says nothing useful: each signature is looked at to its end. */
const talkative: Dns = {
  servers: [],
  forget: () => {},
  lookup: async () => ({ state: 'found', records: [[`v=DKIM1; p=${'A'.repeat(60_000)}`]] as never }),
};

const HEAD = 'From: a@wp.test\nTo: b@firma.test\nSubject: x\n';
const signature = (tags = ''): string =>
  `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=wp.test; s=s1; h=from:to; bh=AAAA; b=AAAA;${tags}\n`;
const arcSet = (i: number): string =>
  `ARC-Seal: i=${i}; a=rsa-sha256; cv=pass; d=wp.test; s=s1; b=AAAA\nARC-Message-Signature: i=${i}; a=rsa-sha256; c=relaxed/relaxed; d=wp.test; s=s1; h=from; bh=AAAA; b=AAAA\nARC-Authentication-Results: i=${i}; x; dmarc=pass\n`;
const many = (count: number, make: (n: number) => string): string => Array.from({ length: count }, (_, n) => make(n + 1)).join('');
const large = (text: string): string => text.repeat(Math.ceil(8_000_000 / text.length));

const CASES: Readonly<Record<string, string>> = {
  'a thousand signatures, each with a sum of its own': `${many(1000, (n) => signature(` l=${n};`)) + HEAD}\n${large('Dzień dobry \t x\n')}`,
  'a signature of a megabyte': `DKIM-Signature: v=1; h=${'from:'.repeat(200_000)}; d=wp.test; s=s1; a=rsa-sha256; b=A; bh=A\n${HEAD}\nx\n`,
  'a header of two hundred thousand folded lines': `${HEAD}X-Long: a\n${' b\n'.repeat(200_000)}\nx\n`,
  'a header of fifty thousand fields': `${HEAD}${many(50_000, (n) => `X-${n}: y\n`)}\nx\n`,
  'sixty sealed hops': `${many(60, arcSet) + HEAD}\nx\n`,
  'ten sealed hops': `${many(10, arcSet) + HEAD}\nx\n`,
  'two thousand hops': `${many(2000, () => `Received: from a (b [127.0.0.1]) by ${'c'.repeat(80)}; now\n`) + HEAD}\nx\n`,
  'a Received line of a megabyte': `Received: from ${'('.repeat(1_000_000)}\n${HEAD}\nx\n`,
  'a From of a megabyte': `From: ${'a@b.test, '.repeat(100_000)}\n\nx\n`,
  'a From of nested groups': `From: ${'g: '.repeat(20_000)}a@wp.test${';'.repeat(20_000)}\n\nx\n`,
  'a From folded sixty thousand times': `From: a@wp.test${'\n '.repeat(60_000)}x\n\nx\n`,
  'a From of dots': `${signature()}From: a@wp.test${'.'.repeat(60_000)}x\nTo: b@firma.test\n\nx\n`,
  'a signature that goes on in a line that is no field': `${signature().trimEnd()}\nżółw${'\t'.repeat(200_000)}x\n${HEAD}\nx\n`,
  'a signature of spaces': `${many(10, () => `DKIM-Signature\n : v=1; d=wp.test;${' '.repeat(25_000)}x\n`)}${HEAD}\nx\n`,
  'bare carriage returns': `${HEAD}X-Long: a${'\r'.repeat(200_000)}b\n\nx\n`,
  'tags named after the prototype': `DKIM-Signature: v=1; __proto__=x; constructor=y; a=rsa-sha256; d=__proto__; s=constructor; h=from; b=A; bh=A\nAuthentication-Results: __proto__; __proto__=pass\nARC-Authentication-Results: i=1; __proto__; __proto__.polluted=1\n${HEAD}\nx\n`,
  'nothing but line ends': large('\n'),
  'nothing but spaces': `${HEAD}${signature()}\n${large(' ')}`,
  'a signed body of empty lines': `${HEAD}${signature()}\n${large('\r\n')}x`,
  'a signed body of bare line feeds': `${signature()}${HEAD}\n${large('a\n')}`,
  'no header end': `From: a@wp.test\nX: ${'y'.repeat(3_000_000)}`,
  'nothing at all': '',
};

/** Half of what the authenticator may take; on a slow machine loading and warming the library is part of the first. */
const LIMIT_MS = 5000;

for (const [name, text] of Object.entries(CASES))
  test.serial(`a hostile mail is checked in time and within bounds: ${name}`, async (t) => {
    const bytes = name.includes('bare') ? Buffer.from(text) : crlf(text);
    // Of this thread: other test files run beside it in the same process.
    const before = process.threadCpuUsage();
    const found = await checked(talkative, bytes);
    const { user, system } = process.threadCpuUsage(before);
    t.truthy(readAuthentication(found), 'it can be stored and read again');
    t.true(JSON.stringify(found).length < 20_000);
    t.true((user + system) / 1000 < LIMIT_MS, `${Math.round((user + system) / 1000)} ms of processor time`);
    t.is(Reflect.get({}, 'polluted'), undefined);
  });

test.serial('bytes that are no mail at all are checked without an error', async (t) => {
  for (const bytes of [
    Buffer.alloc(100_000),
    Buffer.from('\0\0: \0\n\n'),
    Buffer.from(':\n'),
    Buffer.from('\n'),
    Buffer.alloc(50_000, 0xff),
  ])
    t.truthy(readAuthentication(await checked(noDns, bytes)));
});

test.serial('every mail of the corpora is checked without an error', async (t) => {
  const nothing: Dns = { servers: [], forget: () => {}, lookup: async () => ({ state: 'missing', name: false }) };
  for (const corpus of ['mikel-mail', 'mime4j-torture', 'reply-trimmer', 'sisimai-bounces', 'zbateson-mime'])
    for (const file of (await corpusFiles(corpus, '**/*')).filter((path) => statSync(path).isFile()))
      t.truthy(readAuthentication(await checked(nothing, readFileSync(file))), file);
});
