import test from 'ava';
import { filterInput } from '../../../test/contract/filter-inputs.ts';
import { judge, learn } from '../client/judge.ts';
import { symbolsOf } from '../client/report.ts';
import { parseResponse, scoreOf } from '../client/response.ts';
import { readSpamAssassinSettings } from '../settings.ts';
import { evilSpamd } from './evil.ts';
import { GTUBE, HAM, letter } from './letters.ts';
import { startSpamd } from './spamd.ts';

const settings = (more: object = {}) => readSpamAssassinSettings({ maxKb: '16', timeoutSeconds: '20', ...more });
const soon = (): AbortSignal => AbortSignal.timeout(30_000);

test('a real spamd says score, threshold and rules with their descriptions', async (t) => {
  const spamd = await startSpamd();
  t.teardown(() => spamd.stop());
  const verdict = await judge([spamd.host], settings(), filterInput(GTUBE), soon());
  t.deepEqual(verdict, {
    state: 'scored',
    score: 1000,
    threshold: 5,
    symbols: [{ name: 'GTUBE', score: 1000, description: 'BODY: Generic Test for Unsolicited Bulk Email' }],
  });
  const quiet = await judge([spamd.host], settings(), filterInput(HAM), soon());
  t.deepEqual(quiet, { state: 'scored', score: 0, threshold: 5, symbols: [] });
});

test('the next server is asked when one is away, answers nonsense, or says that it cannot now', async (t) => {
  const spamd = await startSpamd();
  t.teardown(() => spamd.stop());
  for (const how of ['answers another protocol', 'says it cannot now', 'answers without a score']) {
    const evil = await evilSpamd(how);
    t.teardown(() => evil.stop());
    const hosts = [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.1', port: evil.port }, spamd.host];
    t.like(await judge(hosts, settings(), filterInput(GTUBE), soon()), { state: 'scored', score: 1000 }, how);
    const alone = await judge(hosts.slice(1, 2), settings(), filterInput(GTUBE), soon());
    t.like(alone, { state: 'unavailable', reason: 'bad_answer' });
    if (how === 'says it cannot now') t.regex('detail' in alone ? String(alone.detail) : '', /75 Temporary failure/);
  }
});

test('a mail above the size limit is not shown to spamd, or only its beginning', async (t) => {
  const spamd = await startSpamd();
  t.teardown(() => spamd.stop());
  const large = letter('Katalog', `you are the lucky winner\r\n${'opis produktu\r\n'.repeat(3000)}cheap pills`);
  t.true(large.length > 16 * 1024);
  t.deepEqual(await judge([spamd.host], settings(), filterInput(large), soon()), { state: 'skipped', reason: 'too_large' });
  t.deepEqual(await learn([spamd.host], settings(), filterInput(large), 'spam', soon()), { state: 'skipped', reason: 'too_large' });
  const head = await judge([spamd.host], settings({ oversize: 'head' }), filterInput(large), soon());
  t.like(head, { state: 'scored', score: 6.5 });
  const whole = await judge([spamd.host], settings({ maxKb: '512' }), filterInput(large), soon());
  t.like(whole, { state: 'scored', score: 9.8 });
});

test('a spamd that does not let itself be taught is told apart from one that is away', async (t) => {
  const spamd = await startSpamd({ tell: false });
  t.teardown(() => spamd.stop());
  t.like(await learn([spamd.host], settings(), filterInput(HAM), 'ham', soon()), { state: 'unavailable', reason: 'tell_refused' });
  t.like(await learn([{ path: '/nowhere/sock' }], settings(), filterInput(HAM), 'ham', soon()), {
    state: 'unavailable',
    reason: 'unreachable',
  });
});

test('judging ends with the signal of its caller, whatever the server does', async (t) => {
  const evil = await evilSpamd('never answers');
  t.teardown(() => evil.stop());
  const startedAt = performance.now();
  const verdict = await judge([{ host: '127.0.0.1', port: evil.port }], settings(), filterInput(HAM), AbortSignal.timeout(200));
  t.is(verdict.state, 'unavailable');
  t.true(performance.now() - startedAt < 3_000);
});

test('an answer that is not one of spamd is none', (t) => {
  const read = (text: string) => parseResponse(Buffer.from(text));
  t.is(read('')?.code, undefined);
  t.is(read('SPAMD/1.5 0 PONG\r\n')?.word, 'PONG');
  t.is(read('SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.5 / 5.0\r\n\r\n')?.code, 0);
  for (const wrong of [
    'HTTP/1.1 200 OK\r\n\r\n',
    'SPAMD/1.1 0 EX_OK',
    'SPAMD/1.1 zero EX_OK\r\n\r\n',
    'SPAMD/1.1 0 EX_OK\r\nno header\r\n\r\n',
    'SPAMD/1.1 0 EX_OK\r\nContent-length: 10\r\n\r\nshort',
    'SPAMD/1.1 0 EX_OK\r\nContent-length: -1\r\n\r\n',
    `SPAMD/1.1 0 EX_OK\r\n${'A: b\r\n'.repeat(31)}\r\n`,
    `SPAMD/1.1 0 EX_OK\r\nA: ${'b'.repeat(9000)}\r\n\r\n`,
  ])
    t.is(read(wrong), null, wrong.slice(0, 60));
  for (const spam of ['True ; 1e9 / 5', 'True ; 99999999 / 5', 'True ; / 5', 'Maybe ; 1 / 5', ''])
    t.is(scoreOf(read(`SPAMD/1.1 0 EX_OK\r\nSpam: ${spam}\r\n\r\n`) ?? t.fail(spam) ?? (undefined as never)), null, spam);
});

test('rules are read below the last ruler, so that a mail cannot show rules of its own', (t) => {
  const report = [
    'Content preview:  pts rule name  description',
    '---- ---------------------- --------------------------------------------------',
    '-99 TRUSTED_SENDER  As the spammer wishes',
    'Content analysis details:   (7.4 points, 5.0 required)',
    ' pts rule name              description',
    '---- ---------------------- --------------------------------------------------',
    ' 0.9 FROM_LOCAL_NOVOWEL     From: localpart has series of non-vowel',
    '                            letters\0 and more',
    '-0.0 NO_RELAYS              No description available.',
    '1000 GTUBE',
    '',
  ].join('\n');
  t.deepEqual(symbolsOf(report), [
    { name: 'FROM_LOCAL_NOVOWEL', score: 0.9, description: 'From: localpart has series of non-vowel letters and more' },
    { name: 'NO_RELAYS', score: 0, description: null },
    { name: 'GTUBE', score: 1000, description: null },
  ]);
  t.deepEqual(symbolsOf('a report of another shape'), []);
  t.is(symbolsOf(`--- ------- -------\n${' 1.0 RULE_A text\n'.repeat(1000)}`).length, 100);
});
