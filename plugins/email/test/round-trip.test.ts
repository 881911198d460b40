import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { InboundMessage } from '../../../core/plugins/contract.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { deliver } from '../../../test/support/smtp-client.ts';
import interpret from '../inbound/interpret.ts';
import { startListener } from '../inbound/listener.ts';
import { checkRelay } from '../outbound/check.ts';
import { parseRelayUrl } from '../outbound/relay.ts';
import { sendMail } from '../outbound/send.ts';
import { attachment, inboxOf, meansFor, outbound, TOKEN } from './messages.ts';

interface RealRelay {
  readonly port: number;
  readonly mails: { raw: Buffer; user: string; secure: boolean; to: readonly string[] }[];
}

/** A relay that is somebody else's code: AUTH, STARTTLS with a certificate that nobody signed. */
async function realRelay(t: ExecutionContext, options: SMTPServerOptions = {}, host = '127.0.0.1'): Promise<RealRelay> {
  const mails: RealRelay['mails'] = [];
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, callback) =>
      password === 'sekret' ? callback(null, { user: username }) : callback(Object.assign(new Error('wrong'), { responseCode: 535 })),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ raw: Buffer.concat(chunks), user: String(session.user), secure: session.secure, to });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, mails };
}

async function readMail(raw: Buffer, envelope: Record<string, string> = {}): Promise<InboundMessage> {
  const inbox = { address: 'biuro@firma.test', name: 'Biuro' };
  const open = (): Readable => Readable.from([raw]);
  const [item] = await interpret({ inbox, contentType: 'message/rfc822', envelope, receivedAt: new Date(0), bytes: raw.length, open });
  if (item?.kind !== 'message') throw new Error('not a message');
  return item;
}

test('an answer goes through a real relay with log-in and TLS, and the customer’s reply to it leads back', async (t) => {
  const relay = await realRelay(t);
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const inbox = inboxOf({ relayUrl: `smtp://jan:sekret@127.0.0.1:${relay.port}` });
  const big = Buffer.alloc(300_000, 'ż');
  const message = outbound({ html: '<p>Dzień dobry</p>', attachments: [attachment('duży plik.bin', 'application/octet-stream', big)] });
  const [result] = await sendMail(means, message, inbox, AbortSignal.timeout(20_000));
  t.is(result?.outcome.state, 'accepted');
  const [sent] = relay.mails;
  if (!sent) return t.fail('nothing arrived');
  t.like(sent, { user: 'jan', secure: true, to: ['anna@klient.test'] });
  t.notRegex(sent.raw.toString('latin1'), /[^\r]\n|\r[^\n]/, 'only whole line ends on the wire');

  const received = await readMail(sent.raw);
  t.is(received.externalId, message.externalId);
  t.deepEqual(Buffer.from(received.attachments[0]?.content ?? ''), big);
  const replyTo = received.replyTo[0]?.address ?? '';

  const host = memoryHost({ inboxes: { 1: 'biuro@firma.test' } });
  const listener = await startListener(host);
  t.teardown(() => listener.stop());
  const reply = `From: anna@klient.test\r\nTo: ${replyTo}\r\nSubject: Odp\r\nMessage-ID: <odp@klient.test>\r\nIn-Reply-To: <${received.externalId}>\r\n\r\nDziekuje\r\n`;
  await deliver(t, listener.port, { from: 'anna@klient.test', to: [replyTo], message: reply });
  const [kept] = host.kept;
  if (!kept) return t.fail('nothing was kept');
  const answer = await readMail(kept.body, { ...kept.envelope });
  t.deepEqual(answer.references, [message.externalId]);
  t.deepEqual(answer.replyTokens, [TOKEN]);
  const withoutHeaders = await readMail(Buffer.from('From: anna@klient.test\r\n\r\nDziekuje'), { ...kept.envelope });
  t.deepEqual(withoutHeaders.replyTokens, [TOKEN], 'the envelope alone is enough');
});

test('a relay with TLS from the first byte works too', async (t) => {
  const relay = await realRelay(t, { secure: true });
  t.deepEqual(await checkRelay(parseRelayUrl(`smtps://jan:sekret@localhost:${relay.port}`) ?? null, AbortSignal.timeout(10_000)), {
    ok: true,
  });
});

test('beyond this machine a password is never sent without TLS, nor to a certificate that nobody signed', async (t) => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4')?.address;
  if (!own) return t.pass('this machine has no network');
  const attempts: string[] = [];
  const watch: SMTPServerOptions = {
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, callback) => {
      attempts.push(String(password));
      callback(null, { user: 'jan' });
    },
  };
  const plain = await realRelay(t, { ...watch, disabledCommands: ['STARTTLS'] }, own);
  const selfSigned = await realRelay(t, watch, own);
  for (const { port } of [plain, selfSigned]) {
    const result = await checkRelay(parseRelayUrl(`smtp://jan:sekret@${own}:${port}`) ?? null, AbortSignal.timeout(10_000));
    t.like(result, { ok: false, field: 'relayUrl', problem: 'relay_tls' });
  }
  t.deepEqual(attempts, []);
});

test('twenty mails at once share five connections and each arrives once', async (t) => {
  const sessions = new Set<string>();
  const relay = await realRelay(t, {
    onMailFrom: (_address, session, callback) => {
      sessions.add(session.id);
      callback();
    },
  });
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  const inbox = inboxOf({ relayUrl: `smtp://jan:sekret@127.0.0.1:${relay.port}` });
  const texts = Array.from({ length: 20 }, (_, i) => `numer ${i}`);
  const all = texts.map((text) =>
    sendMail(means, outbound({ text, externalId: `${text.replace(' ', '')}@firma.test` }), inbox, AbortSignal.timeout(30_000)),
  );
  for (const [result] of await Promise.all(all)) t.is(result?.outcome.state, 'accepted');
  t.true(sessions.size <= 5, String(sessions.size));
  const arrived = await Promise.all(relay.mails.map(async ({ raw }) => (await readMail(raw)).text?.trim() ?? ''));
  t.deepEqual(arrived.sort(), texts.sort());
});
