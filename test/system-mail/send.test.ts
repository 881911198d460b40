import test from 'ava';
import type { InboxRecord } from '../../core/inboxes/types.ts';
import type { Job } from '../../core/jobs/store.ts';
import { TemporaryError } from '../../core/lib/errors.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import type { SendOutcome } from '../../core/plugins/contract.ts';
import type { Plugins } from '../../core/plugins/host.ts';
import { SEAL, SYSTEM_MAIL_JOB } from '../../core/system-mail/queue.ts';
import { systemMailHandler } from '../../core/system-mail/send.ts';
import { scopeFor } from '../support/db.ts';
import { demoChannel } from '../support/demo-channel.ts';
import { ACCEPTED, DEFERRED, REFUSED } from '../support/sending.ts';

const KEYRING = createKeyring('a secret of tests that is long enough for it');
const MAIL = { to: { address: 'ewa@firma.test', name: 'Ewa' }, subject: 'Nowe hasło', text: 'http://…', html: '<p>http://…</p>' };
const SEALED = KEYRING.encrypt(SEAL, JSON.stringify(MAIL));

type Answer = SendOutcome | 'away';

/** A company whose inboxes answer as told, by their number. */
async function company(t: Parameters<typeof scopeFor>[0], answers: readonly (Answer | 'paused')[]) {
  const scope = await scopeFor(t);
  const { plugin } = demoChannel();
  const asked: number[] = [];
  const inboxOf = (id: number) => ({ id: id as InboxId, name: `Inbox ${id}`, address: `i${id}@firma.test`, channel: 'demo' });
  const records = answers.map((one, i) => ({
    ...inboxOf(i + 1),
    status: one === 'paused' ? 'paused' : 'open',
  })) as unknown as InboxRecord[];
  const directory = { openTo: () => records, typed: (id: InboxId) => ({ ...inboxOf(id), settings: { token: 'x', answers: true } }) };
  const send: Plugins['send'] = async (_channel, { id }, { recipients }) => {
    asked.push(id);
    const outcome = answers[id - 1];
    if (outcome === 'away' || outcome === 'paused' || outcome === undefined) throw new TemporaryError('the plugin does not run');
    return recipients.map(({ deliveryId }) => ({ deliveryId, outcome }));
  };
  const handle = systemMailHandler({ plugins: { channel: () => plugin, send }, directory, keyring: KEYRING });
  const job = (attempts: number): Job => ({ id: 1, kind: SYSTEM_MAIL_JOB, data: { sealed: SEALED }, attempts });
  return { asked, attempt: (attempts = 1) => handle(scope, job(attempts), AbortSignal.timeout(10_000)) };
}

test('mail of the machine itself goes through the next inbox when one cannot send', async (t) => {
  const { asked, attempt } = await company(t, [DEFERRED, 'away', ACCEPTED, ACCEPTED]);
  await attempt();
  t.deepEqual(asked, [1, 2, 3]);
});

test('when three inboxes did not take it, it is tried again beginning with the others', async (t) => {
  const { asked, attempt } = await company(t, [REFUSED, 'paused', DEFERRED, DEFERRED, ACCEPTED]);
  const error = await t.throwsAsync(attempt(), { code: 'temporary' });
  t.is(error?.message, 'i1@firma.test: 550 no such user; i3@firma.test: 450 later; i4@firma.test: 450 later');
  await attempt(2);
  t.deepEqual(asked, [1, 3, 4, 5]);
});

test('mail of the machine itself that may have been taken is not sent through another inbox too', async (t) => {
  const { asked, attempt } = await company(t, [{ state: 'unknown', reason: 'the connection broke after the end of the mail' }, ACCEPTED]);
  await attempt();
  t.deepEqual(asked, [1]);
});
