import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { OutboundMessage, SendOutcome } from '../../../core/plugins/contract.ts';
import { sendMail } from '../outbound/send.ts';
import { attachment, inboxOf, meansFor, outbound, recipient, relayTo } from './messages.ts';
import { type PeerScript, PIPELINING, smtpPeer } from './smtp-peer.ts';

const THREE = [recipient(1, 'a@klient.test'), recipient(2, 'b@klient.test', 'cc'), recipient(3, 'c@klient.test', 'bcc')];

function sender(
  t: ExecutionContext,
  inbox = inboxOf(),
): (message?: OutboundMessage, signal?: AbortSignal) => Promise<Record<number, SendOutcome>> {
  const means = meansFor();
  t.teardown(() => means.pools.stop());
  return async (message = outbound(), signal = AbortSignal.timeout(20_000)) =>
    Object.fromEntries((await sendMail(means, message, inbox, signal)).map(({ deliveryId, outcome }) => [deliveryId, outcome]));
}

test('an accepted mail brings the relay’s reply, and the envelope is exactly the chosen recipients', async (t) => {
  const peer = await smtpPeer(t);
  const send = sender(t, relayTo(peer.port));
  const results = await send(outbound({ recipients: THREE }));
  for (const id of [1, 2, 3]) t.deepEqual(results[id], { state: 'accepted', reply: '250 2.0.0 queued as PEER1' });
  t.is(peer.mails[0]?.from, 'biuro@firma.test');
  t.deepEqual(peer.mails[0]?.to, ['a@klient.test', 'b@klient.test', 'c@klient.test']);
  t.regex(peer.mails[0]?.data ?? '', /\r\n\.\r\n\.\.kropki\r\n/);
});

test('each recipient of one mail has its own outcome', async (t) => {
  const answers: Record<string, string> = { 'b@klient.test': '450 4.2.0 greylisted', 'c@klient.test': '550 5.1.1 no such user' };
  const peer = await smtpPeer(t, { RCPT: (address) => answers[address] ?? '250 2.1.5 ok' });
  const results = await sender(t, relayTo(peer.port))(outbound({ recipients: THREE }));
  t.is(results[1]?.state, 'accepted');
  t.deepEqual(results[2], { state: 'deferred', reason: '450 4.2.0 greylisted', status: '4.2.0', note: 'greylisted', retryInMs: 300_000 });
  t.deepEqual(results[3], { state: 'refused', reason: '550 5.1.1 no such user', status: '5.1.1' });
  t.deepEqual(peer.mails[0]?.to, ['a@klient.test']);
});

test('recipients refused one by one keep their own reason when nobody is left', async (t) => {
  const peer = await smtpPeer(t, { RCPT: (address) => (address.startsWith('a') ? '550 5.1.1 gone' : '451 4.3.0 later') });
  const results = await sender(t, relayTo(peer.port))(outbound({ recipients: THREE }));
  t.is(results[1]?.state, 'refused');
  t.is(results[2]?.state, 'deferred');
  t.is(results[3]?.state, 'deferred');
});

for (const [title, END, others] of [
  ['the content is refused', '554 5.7.1 spam', 'refused'],
  ['the content is put off', '451 4.3.0 later', 'deferred'],
  ['the answer to the content is lost', 'drop', 'unknown'],
] as const)
  test(`a recipient who was refused stays so when ${title}`, async (t) => {
    const peer = await smtpPeer(t, { RCPT: (address) => (address.startsWith('c') ? '550 5.1.1 no such user' : '250 ok'), END: () => END });
    const results = await sender(t, relayTo(peer.port))(outbound({ recipients: THREE }));
    t.deepEqual([results[1]?.state, results[2]?.state], [others, others]);
    t.deepEqual(results[3], { state: 'refused', reason: '550 5.1.1 no such user', status: '5.1.1' });
  });

test('a refusal of us, or of a letter to several, is not said of the recipients, whatever its status', async (t) => {
  const said = async (script: PeerScript, recipients = THREE) => {
    const peer = await smtpPeer(t, script);
    const results = await sender(t, relayTo(peer.port))(outbound({ recipients }));
    return Object.values(results).map((one) => (one.state === 'refused' ? (one.aboutRecipient ?? true) : one.state));
  };
  t.deepEqual(await said({ CONNECT: () => '554 5.1.0 go away' }), [false, false, false]);
  t.deepEqual(await said({ MAIL: () => '550 5.1.0 address rejected' }, THREE.slice(0, 1)), [false]);
  t.deepEqual(await said({ END: () => '550 5.1.1 user unknown' }), [false, false, false]);
  t.deepEqual(await said({ END: () => '550 5.1.1 user unknown' }, THREE.slice(0, 1)), [true]);
  t.deepEqual(await said({ RCPT: () => '550 5.1.1 user unknown' }), [true, true, true]);
});

const SCRIPTS: readonly [string, PeerScript, SendOutcome['state'], string | null][] = [
  ['a greeting that turns us away for now', { CONNECT: () => '421 4.7.0 too busy' }, 'deferred', '4.7.0'],
  ['a greeting that turns us away for good', { CONNECT: () => '554 5.7.1 not you' }, 'refused', '5.7.1'],
  ['a connection dropped before the greeting', { CONNECT: () => 'drop' }, 'deferred', null],
  ['a connection dropped at MAIL', { MAIL: () => 'drop' }, 'deferred', null],
  ['a connection dropped at RCPT', { RCPT: () => 'drop' }, 'deferred', null],
  ['a connection dropped at DATA', { DATA: () => 'drop' }, 'deferred', null],
  ['a sender that is put off', { MAIL: () => '451 4.7.1 too much today' }, 'deferred', '4.7.1'],
  ['a sender that is refused', { MAIL: () => '553 5.1.8 bad sender' }, 'refused', '5.1.8'],
  ['a sender answered by nothing that is a reply', { MAIL: () => 'Backend is restarting' }, 'deferred', null],
  ['a recipient answered by nothing that is a reply', { RCPT: () => 'Backend is restarting' }, 'deferred', null],
  ['DATA answered by nothing that is a reply', { DATA: () => 'Backend is restarting' }, 'deferred', null],
  ['content answered by nothing that is a reply', { END: () => 'Backend is restarting' }, 'unknown', null],
  ['DATA postponed', { DATA: () => '451 4.3.0 later' }, 'deferred', '4.3.0'],
  ['content postponed', { END: () => '452 4.3.1 full' }, 'deferred', '4.3.1'],
  ['content refused', { END: () => '554 5.7.1 spam' }, 'refused', '5.7.1'],
  ['content refused without an enhanced code', { END: () => '554 spam' }, 'refused', null],
  ['a multi-line refusal', { END: () => '554-5.7.1 spam\r\n554 5.7.1 really' }, 'refused', '5.7.1'],
  ['a relay that stops at the final dot and says so', { END: () => '421 4.3.2 shutting down' }, 'deferred', '4.3.2'],
  ['half a reply after the final dot', { END: () => 'half' }, 'unknown', null],
  ['a connection dropped after the final dot', { END: () => 'drop' }, 'unknown', null],
];

for (const [title, script, state, status] of SCRIPTS)
  test(`the outcome of ${title} is ${state}`, async (t) => {
    for (const all of [script, { ...PIPELINING, ...script }]) {
      const peer = await smtpPeer(t, all);
      const { 1: outcome } = await sender(t, relayTo(peer.port))();
      t.is(outcome?.state, state);
      if (outcome && 'status' in outcome) t.is(outcome.status, status);
      t.is(peer.mails.length, 0);
    }
  });

for (const [reply, state] of [
  ['550 5.7.1 blocked', 'refused'],
  ['421 4.7.0 too many', 'deferred'],
  ['451 4.7.1 later', 'deferred'],
] as const)
  test(`what a server says to the sender counts, not what follows to all that was sent along: ${reply}`, async (t) => {
    for (const RCPT of ['drop', '503 5.5.1 no sender']) {
      const peer = await smtpPeer(t, { ...PIPELINING, MAIL: () => reply, RCPT: () => RCPT });
      t.like((await sender(t, relayTo(peer.port))())[1], { state, reason: reply }, RCPT);
    }
  });

test('waiting too long is deferred before the mail was handed over and unknown after', async (t) => {
  for (const [step, state] of [
    ['RCPT', 'deferred'],
    ['END', 'unknown'],
  ] as const) {
    const patience = new AbortController();
    const silence = (): string => {
      setTimeout(() => patience.abort(), 100);
      return 'silence';
    };
    const peer = await smtpPeer(t, { [step]: silence });
    t.is((await sender(t, relayTo(peer.port))(outbound(), patience.signal))[1]?.state, state);
  }
});

test('nothing is begun any more once sending is to stop, also where a connection is open already', async (t) => {
  const peer = await smtpPeer(t);
  const send = sender(t, relayTo(peer.port));
  t.is((await send())[1]?.state, 'accepted');
  t.is((await send(outbound(), AbortSignal.abort()))[1]?.state, 'deferred');
  t.is(peer.mails.length, 1);
  t.is((await send())[1]?.state, 'accepted');
});

test('a relay that is not there or has no name defers', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  t.is((await sender(t, relayTo(port))())[1]?.state, 'deferred');
  t.is((await sender(t, inboxOf({ relayUrl: 'smtp://no-such-host.invalid:587' }))())[1]?.state, 'deferred');
  t.is((await sender(t, inboxOf())())[1]?.state, 'deferred');
});

test('a wrong password defers, because an administrator can put it right', async (t) => {
  const peer = await smtpPeer(t, { AUTH: () => '535 5.7.8 wrong password' });
  const { 1: outcome } = await sender(t, relayTo(peer.port, 'jan:sekret@'))();
  t.is(outcome?.state, 'deferred');
  peer.play({ MAIL: () => '530 5.7.0 Authentication required' });
  t.like((await sender(t, relayTo(peer.port))())[1], { state: 'deferred', note: 'relay_login' }, 'or none');
});

test('a mail larger than the server takes is refused at once, before its bytes are sent', async (t) => {
  const large = outbound({ attachments: [attachment('plan.pdf', 'application/pdf', 'x'.repeat(100_000))] });
  for (const [size, said] of [
    ['SIZE 90000', null],
    ['SIZE', '552 5.3.4 too large'],
  ] as const) {
    const EHLO = (): string => `250-relay.test\r\n250 ${size}`;
    const peer = await smtpPeer(t, { EHLO, ...(said ? { MAIL: () => said } : {}) });
    t.like((await sender(t, relayTo(peer.port))(large))[1], { state: 'refused', status: '5.3.4' });
    const asked = peer.commands.filter((command) => /^(?:MAIL|DATA)/.test(command));
    t.deepEqual(asked, said ? ['MAIL FROM:<biuro@firma.test> SIZE=133336'] : [], 'no other sender makes it smaller');
    peer.play({ EHLO });
    t.like((await sender(t, relayTo(peer.port))())[1], { state: 'accepted' });
  }
});

test('an attachment that cannot be read defers and sends nothing', async (t) => {
  const peer = await smtpPeer(t);
  const broken = {
    ...attachment('a.txt', 'text/plain', 'a'),
    open: () => {
      throw new Error('blob is gone');
    },
  };
  const { 1: outcome } = await sender(t, relayTo(peer.port))(outbound({ attachments: [broken] }));
  t.is(outcome?.state, 'deferred');
  t.is(peer.mails.length, 0);
});

test('one connection carries several mails, and a connection the relay closed meanwhile is replaced', async (t) => {
  const peer = await smtpPeer(t);
  const send = sender(t, relayTo(peer.port));
  t.is((await send())[1]?.state, 'accepted');
  t.is((await send())[1]?.state, 'accepted');
  t.is(peer.connections(), 1);
  let dropped = 0;
  peer.play({ MAIL: () => (dropped++ === 0 ? 'drop' : '250 2.1.0 ok') });
  t.is((await send())[1]?.state, 'accepted');
  t.is(peer.connections(), 2);
  t.is(peer.mails.length, 3);
});

test('a relay that takes so many mails a session and no more gets the next one in a new session', async (t) => {
  let taken = 0;
  const peer = await smtpPeer(t, {
    CONNECT: () => {
      taken = 0;
      return '220 relay.test ESMTP';
    },
    MAIL: () => {
      taken += 1;
      return taken > 2 ? '421 4.4.2 too many messages in this connection' : '250 ok';
    },
  });
  const send = sender(t, relayTo(peer.port));
  for (const _ of [1, 2, 3, 4, 5]) t.is((await send())[1]?.state, 'accepted');
  t.deepEqual([peer.connections(), peer.mails.length], [3, 5]);
});

test('an address that no envelope can hold is refused before the relay sees it', async (t) => {
  const peer = await smtpPeer(t);
  const results = await sender(t, relayTo(peer.port))(outbound({ recipients: [recipient(1, 'a>b\r\nDATA@klient.test')] }));
  t.is(results[1]?.state, 'refused');
  t.false(peer.commands.some((line) => line.startsWith('DATA')));
});

test('who was one too many for a transaction has the next one, with whatever code a server says so', async (t) => {
  for (const reply of ['552 Too many recipients', '550 5.5.3 RESOLVER.ADR.RecipLimit; too many recipients', '554 5.5.3 limit']) {
    const taken: string[] = [];
    const limit = (address: string) => (taken.length < 2 && taken.push(address) ? '250 ok' : reply);
    const peer = await smtpPeer(t, { RCPT: limit });
    const results = await sender(t, relayTo(peer.port))(outbound({ recipients: THREE }));
    t.deepEqual(
      Object.values(results).map(({ state }) => state),
      ['accepted', 'accepted', 'deferred'],
      reply,
    );
    const alone = await smtpPeer(t, { RCPT: () => reply });
    t.is((await sender(t, relayTo(alone.port))())[1]?.state, 'refused', 'where nobody was taken it is not the number');
  }
});

test('an international address is what the relay says it is', async (t) => {
  const peer = await smtpPeer(t, { RCPT: () => '553 5.6.7 no SMTPUTF8 here' });
  const results = await sender(t, relayTo(peer.port))(outbound({ recipients: [recipient(1, 'żółw@klient.test')] }));
  t.like(results[1], { state: 'refused', status: '5.6.7' });
});

test('an answer lost after the final dot is never sent a second time by itself', async (t) => {
  const peer = await smtpPeer(t);
  const send = sender(t, relayTo(peer.port));
  await send();
  let ends = 0;
  peer.play({
    END: () => {
      ends += 1;
      return 'drop';
    },
  });
  t.is((await send())[1]?.state, 'unknown');
  t.is(ends, 1);
});
