import test from 'ava';
import { type PeerScript, type PeerStep, smtpPeer } from '../../../plugins/email/test/smtp-peer.ts';
import { figures, scaled } from '../../support/faults.ts';
import { ADMIN, product } from '../../support/product.ts';
import { BIURO } from '../../support/stubborn-senders.ts';
import { until } from '../../support/until.ts';

const idOf = (data: string): string => /^Message-ID: (\S+)/im.exec(data)?.[1] ?? '';

/** Where the process is killed: at these steps before the relay answers, and at the end of a mail also right after it did. */
const STEPS: readonly (PeerStep | 'AFTER')[] = ['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END', 'AFTER'];

test('However often the process is killed while it sends, each answer arrives once, or a person decides', async (t) => {
  t.timeout(scaled(600_000, 2_400_000));
  const answers = scaled(150, 2_000);
  const rounds = scaled(1, 4);
  const relay = await smtpPeer(t);
  const server = await product(t, { ...ADMIN, CENTRALA_API_PER_MINUTE: '0' });
  await server.start();
  const printed = await server.centrala('api-key', 'create', '--name', 'faults', '--agent', ADMIN.CENTRALA_ADMIN_EMAIL);
  const headers = { Authorization: `Bearer ${printed.trim().split('\n').at(-1)}`, 'Content-Type': 'application/json' };
  const post = (path: string, body: object = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.httpPort}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  await post('/inboxes', { channel: 'email', name: 'Biuro', address: BIURO, relay: `smtp://127.0.0.1:${relay.port}` });
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  for (let n = 0; n < answers; n += 1)
    t.is(
      (await post('/conversations', { inboxId: 1, to: `k${n}@klient.test`, subject: `Nr ${n}`, text: 'Dzień dobry', sendAt })).status,
      201,
    );
  await server.end('SIGTERM');
  await server.db('deliveries').update({ next_attempt_at: new Date().toISOString() });

  const swallowed = new Set<string>();
  let kills = 0;
  for (const step of Array.from({ length: rounds }, () => STEPS).flat()) {
    const killed = Promise.withResolvers<void>();
    let left = step === 'CONNECT' || step === 'EHLO' ? 1 : Math.max(2, Math.floor(answers / (STEPS.length * rounds * 2)));
    const kill = (): void => {
      left = -1;
      kills += 1;
      server.end('SIGKILL').then(killed.resolve, killed.reject);
    };
    const isTime = (): boolean => {
      left -= 1;
      return left === 0;
    };
    const script: PeerScript =
      step === 'AFTER'
        ? {
            END: () => {
              if (isTime()) setTimeout(kill, 1);
              return '250 2.0.0 ok';
            },
          }
        : {
            [step]: (data: string) => {
              if (left === 0 || !isTime()) return left < 0 && step === 'END' ? 'silence' : YES[step];
              if (step === 'END') swallowed.add(idOf(data));
              kill();
              return 'silence';
            },
          };
    relay.play(script);
    // It may be killed before it greets.
    await Promise.race([server.start().catch(() => killed.promise), killed.promise]);
    await Promise.race([killed.promise, idle(server)]);
  }
  relay.play({});
  await server.start();
  await idle(server);
  const rows: { status: string; external_id: string; id: number }[] = await server
    .db('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .select('deliveries.id', 'deliveries.status', 'messages.external_id');
  const taken = relay.mails.map(({ data }) => idOf(data));
  t.is(new Set(taken).size, taken.length, 'nothing was sent twice by itself');
  const unknown = rows.filter(({ status }) => status === 'unknown');
  t.deepEqual(
    [...new Set(rows.map(({ status }) => status))].filter((status) => status !== 'sent' && status !== 'unknown'),
    [],
  );
  for (const { status, external_id } of rows)
    t.true(status === 'unknown' || taken.includes(`<${external_id}>`), `${external_id} is ${status}`);
  t.true(unknown.length <= kills * 4, `${unknown.length} unknown after ${kills} kills`);

  const doubles = unknown.filter(({ external_id }) => taken.includes(`<${external_id}>`)).length;
  for (const { id } of unknown) t.is((await post(`/deliveries/${id}/attempts`)).status, 200);
  await until(
    'what a person sent again is sent',
    async () => (await server.db('deliveries').where({ status: 'sent' })).length === answers,
    60_000,
  );
  const all = relay.mails.map(({ data }) => idOf(data));
  t.is(new Set(all).size, answers, 'every answer arrived');
  t.is(all.length - answers, doubles, 'twice only where a person chose so');
  figures(t, 'killed while sending', {
    answers,
    kills,
    unknown: unknown.length,
    'swallowed by the relay': swallowed.size,
    'twice by choice': doubles,
  });
});

const YES: Partial<Record<PeerStep | 'AFTER', string>> & Record<string, string> = {
  CONNECT: '220 relay.test ESMTP',
  EHLO: '250-relay.test\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  END: '250 2.0.0 ok',
};

const idle = (server: Awaited<ReturnType<typeof product>>) =>
  until(
    'nothing waits any more',
    async () => (await server.db('deliveries').whereIn('status', ['queued', 'sending', 'deferred'])).length === 0,
    120_000,
  );
