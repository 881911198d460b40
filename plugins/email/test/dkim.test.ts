import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { findProgram, installPeers } from '../../../core/bin/debian-packages.ts';
import type { OutboundMessage } from '../../../core/plugins/contract.ts';
import { startDns } from '../../../test/support/dns.ts';
import { composeMail } from '../outbound/compose.ts';
import { sendMail } from '../outbound/send.ts';
import { attachment, inboxOf, meansFor, outbound, relayTo } from './messages.ts';
import { smtpPeer } from './smtp-peer.ts';

const PAIR = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const KEY = { selector: 'c20261126', privateKey: PAIR.privateKey };
const NAME = 'c20261126._domainkey.firma.test';
const RECORD = `v=DKIM1; k=rsa; p=${PAIR.publicKey.toString('base64')}`;

/** What another system finds when it verifies, asking a real name server. */
async function verifier(t: ExecutionContext, record = RECORD) {
  const dns = await startDns({ [NAME]: { txt: [record] } });
  t.teardown(dns.stop);
  const resolver = new Resolver();
  resolver.setServers([dns.server]);
  return async (raw: Buffer | string) => {
    const { results } = await dkimVerify(Buffer.from(raw), { resolver: (name: string) => resolver.resolveTxt(name) });
    return results.map((one) => `${one.status.result} ${one.signingDomain} ${one.selector}`);
  };
}

const MESSAGES: readonly [string, Partial<OutboundMessage>][] = [
  ['a plain answer with lines of dots', {}],
  [
    'an answer with HTML, a picture and files',
    {
      html: '<p>Zażółć <img src="cid:a.png"></p>',
      attachments: [
        attachment('a.png', 'image/png', Buffer.alloc(5000, 7)),
        attachment('umowa ż.pdf', 'application/pdf', Buffer.alloc(70_000, 9)),
      ],
    },
  ],
  ['an answer with a long folded subject and an empty text', { subject: `Re: ${'Zażółć gęślą jaźń '.repeat(30)}`, text: '' }],
  ['an answer that ends in empty lines and blanks', { text: 'tekst  \t \n\n\n \n' }],
];

for (const [title, changes] of MESSAGES)
  test(`the signature of ${title} is verified by another system, also as it leaves on the wire`, async (t) => {
    const verify = await verifier(t);
    const message = outbound(changes);
    t.deepEqual(await verify(Buffer.concat(await composeMail(message, inboxOf(), { keys: [KEY] }).stream.toArray())), [
      'pass firma.test c20261126',
    ]);
    const peer = await smtpPeer(t);
    const means = meansFor({ signingKeys: [KEY] });
    t.teardown(() => means.pools.stop());
    const [result] = await sendMail(means, message, relayTo(peer.port), AbortSignal.timeout(20_000));
    t.is(result?.outcome.state, 'accepted');
    t.deepEqual(await verify(peer.mails[0]?.data ?? ''), ['pass firma.test c20261126']);
  });

test('a changed word or a second From breaks the signature', async (t) => {
  const verify = await verifier(t);
  const raw = Buffer.concat(await composeMail(outbound(), inboxOf(), { keys: [KEY] }).stream.toArray()).toString();
  t.deepEqual(await verify(raw.replace('odpowied', 'zapowied')), ['neutral firma.test c20261126']);
  t.deepEqual(await verify(raw.replace(/^From: .*$/m, 'From: <prezes@firma.test>')), ['fail firma.test c20261126']);
});

test('a mail is signed without being held in memory', async (t) => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const big = {
    ...attachment('film.bin', 'application/octet-stream', ''),
    open: () => Readable.from(Array.from({ length: 400 }, () => piece)),
  };
  // Of this thread: other tests run beside it.
  const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = held();
  let bytes = 0;
  let most = 0;
  for await (const chunk of composeMail(outbound({ attachments: [big] }), inboxOf(), { keys: [KEY] }).stream) {
    bytes += (chunk as Buffer).length;
    most = Math.max(most, held() - before);
  }
  t.true(bytes > 34_000_000, `${bytes}`);
  t.true(most < 100_000_000, `${Math.round(most / 1e6)} MB`);
});

test('a mail that comes out differently after it was signed is not sent whole', async (t) => {
  const versions = ['1', '2', '3', '4'].values();
  const moody = { ...attachment('a.txt', 'text/plain', ''), open: () => Readable.from([Buffer.from(`version ${versions.next().value}`)]) };
  const mail = composeMail(outbound({ attachments: [moody] }), inboxOf(), { keys: [KEY] });
  await t.throwsAsync(mail.stream.toArray(), { message: /differed/ });
  t.false(mail.isWhole());
  const peer = await smtpPeer(t);
  const means = meansFor({ signingKeys: [KEY] });
  t.teardown(() => means.pools.stop());
  const [result] = await sendMail(means, outbound({ attachments: [moody] }), relayTo(peer.port), AbortSignal.timeout(20_000));
  t.is(result?.outcome.state, 'deferred');
  t.is(peer.mails.length, 0);
});

test('a key that cannot sign holds the mail back and says which', async (t) => {
  const peer = await smtpPeer(t);
  const means = meansFor({ signingKeys: [{ selector: 'c1', privateKey: 'no key' }] });
  t.teardown(() => means.pools.stop());
  const [result] = await sendMail(means, outbound(), relayTo(peer.port), AbortSignal.timeout(20_000));
  t.like(result?.outcome, { state: 'deferred', reason: 'The DKIM key c1 of firma.test cannot sign' });
  t.is(peer.mails.length, 0);
});

test('the implementation of the Debian package python3-dkim verifies what we sign', async (t) => {
  const problems = installPeers([{ program: 'dkimverify', debian: 'python3-dkim' }]);
  if (findProgram('dkimverify') === null) throw new Error(problems[0]);
  const script = 'import dkim, sys; print(dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: sys.argv[1].encode()))';
  const run = async (message: OutboundMessage) => {
    const raw = Buffer.concat(await composeMail(message, inboxOf(), { keys: [KEY] }).stream.toArray());
    return spawnSync('/usr/bin/python3', ['-c', script, RECORD], { input: raw, encoding: 'utf8' });
  };
  for (const [title, changes] of MESSAGES) {
    const { stdout, stderr } = await run(outbound(changes));
    t.is(stdout.trim(), 'True', `${title}: ${stderr}`);
  }
});
