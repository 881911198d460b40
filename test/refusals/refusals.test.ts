import test from 'ava';
import { forgetOldRefusals, listRefusals } from '../../core/refusals/list.ts';
import { recordRefusal } from '../../core/refusals/record.ts';
import { scopeFor } from '../support/db.ts';
import { anInbox } from '../support/ingest.ts';

const refusal = { reason: 'dmarc' as const, senderDomain: 'bank.test', mailFrom: 'x@evil.test', remoteIp: '192.0.2.66' };

test('refused mails are counted by day, inbox and domain, and the last hundred are remembered', async (t) => {
  const scope = await scopeFor(t);
  const [one, two] = [await anInbox(scope), await anInbox(scope, 'sales@example.com')];
  for (let n = 0; n < 60; n += 1) await recordRefusal(scope, { ...refusal, inboxIds: [one, two] });
  await recordRefusal(scope, { ...refusal, inboxIds: [one], senderDomain: null, mailFrom: `\0${'x'.repeat(1000)}` });
  const { counts, mails } = await listRefusals(scope, 1);
  t.deepEqual(
    counts.map(({ inboxId, senderDomain, n }) => [inboxId, senderDomain, n]).sort(),
    [
      [one, '', 1],
      [one, 'bank.test', 60],
      [two, 'bank.test', 60],
    ].sort(),
  );
  t.is(mails.length, 100);
  t.like(mails[0], { senderDomain: '', mailFrom: 'x'.repeat(255), remoteIp: '192.0.2.66' });
  t.is((await scope.db('refused_mails')).length, 100);
});

test('a flood of domains does not fill the table, it is counted all the same', async (t) => {
  const scope = await scopeFor(t);
  const inbox = await anInbox(scope);
  for (let n = 0; n < 520; n += 1) await recordRefusal(scope, { ...refusal, inboxIds: [inbox], senderDomain: `d${n}.test` });
  const { counts } = await listRefusals(scope, 1);
  t.is(counts.length, 501);
  t.is(
    counts.reduce((sum, { n }) => sum + n, 0),
    520,
  );
  t.is(counts.find(({ senderDomain }) => senderDomain === '')?.n, 20);
});

test('numbers older than ninety days are forgotten', async (t) => {
  const scope = await scopeFor(t);
  const inbox = await anInbox(scope);
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000);
  for (const daysAgo of [0, 89, 92]) await recordRefusal({ ...scope, now: () => day(daysAgo) }, { ...refusal, inboxIds: [inbox] });
  t.is(await forgetOldRefusals(scope), 1);
  t.is((await listRefusals(scope, 365)).counts.length, 2);
});
