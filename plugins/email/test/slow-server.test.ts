import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { SMTPServer } from 'smtp-server';
import { connectRelay } from '../outbound/connection.ts';

/** Where the server takes its time. */
type Step = 'recipient' | 'answer';
const SLOW_MS = 900;
const PATIENCE = { connectMs: 10_000, greetingMs: 10_000, silenceMs: 300, answerMs: 10_000 };
const ENVELOPE = { from: 'biuro@firma.test', to: ['anna@klient.test'] };

async function slowServer(t: ExecutionContext, slow: Step): Promise<number> {
  const taking = (step: Step): Promise<void> => wait(slow === step ? SLOW_MS : 0);
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo: (_address, _session, done) => void taking('recipient').then(() => done()),
    onData: (stream, _session, done) => void stream.resume().on('end', () => taking('answer').then(() => done(null, 'kept'))),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function twoMails(t: ExecutionContext, slow: Step): Promise<readonly string[]> {
  const target = { host: '127.0.0.1', port: await slowServer(t, slow), implicitTls: false, user: null, password: null };
  const connection = await connectRelay(target, AbortSignal.timeout(20_000), undefined, PATIENCE);
  t.teardown(() => connection.destroy());
  const send = async (): Promise<string> => (await connection.send(ENVELOPE, Readable.from(['Subject: x\r\n\r\n', 'y\r\n']))).response;
  return [await send(), await send()];
}

test('a server may take its time to say whether it took a mail, which nobody else can say', async (t) => {
  t.deepEqual(await twoMails(t, 'answer'), ['250 kept', '250 kept']);
});

test('before the mail is sent nobody waits for long, also not on a connection that waited for an answer', async (t) => {
  await t.throwsAsync(twoMails(t, 'recipient'), { code: 'ETIMEDOUT' });
});
