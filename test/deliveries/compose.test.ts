import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { composeMessage } from '../../core/deliveries/compose.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { houseFor } from '../support/house.ts';
import { noBlobs } from '../support/sending.ts';
import { tempDir } from '../support/temp-dir.ts';

async function written(t: Parameters<typeof houseFor>[0], reply = {}, mail = {}) {
  const house = await houseFor(t);
  const dir = tempDir(t);
  const attachment = {
    filename: 'oferta.pdf',
    contentType: 'application/pdf',
    contentId: null,
    inline: false,
    bytes: 5,
    sha256: 'c'.repeat(64),
  };
  writeFileSync(join(dir, attachment.sha256), 'bytes');
  await house.scope.db('blobs').insert({ sha256: attachment.sha256, bytes: 5, created_at: 'now' });
  const { conversationId } = await house.mail({ from: { address: 'jan@customer.test', name: 'Jan' }, text: 'Ile to kosztuje?', ...mail });
  const { messageId } = await replyToConversation(house.scope, house.endpoints, {
    conversationId,
    authorId: house.agentId,
    text: 'Sto złotych.',
    html: null,
    attachments: [attachment],
    bcc: [{ address: 'boss@company.test', name: null }],
    ...reply,
  });
  const [first, ...others] = await deliveriesOf(house.scope, [messageId]);
  if (!first) throw new Error('no delivery');
  const blobs = { has: async () => true, path: (sha256: string) => join(dir, sha256) };
  return { scope: house.scope, blobs, claimed: [first, ...others] as const };
}

test('a composed message names its visible recipients and is tried for all claimed ones', async (t) => {
  const { scope, blobs, claimed } = await written(t);
  const message = await composeMessage(scope, blobs, claimed);
  t.deepEqual([message.to.map((one) => one.address), message.cc], [['jan@customer.test'], []]);
  t.deepEqual(
    message.recipients.map((one) => `${one.kind} ${one.address}`),
    ['to jan@customer.test', 'bcc boss@company.test'],
  );
  t.false(JSON.stringify([message.to, message.cc]).includes('boss'));
});

test('attachments of a composed message open again on every attempt', async (t) => {
  const { scope, blobs, claimed } = await written(t);
  const [attachment] = (await composeMessage(scope, blobs, claimed)).attachments;
  t.like(attachment, { filename: 'oferta.pdf', contentType: 'application/pdf', bytes: 5 });
  for (const _ of [1, 2]) {
    let text = '';
    for await (const chunk of attachment?.open() ?? []) text += String(chunk);
    t.is(text, 'bytes');
  }
});

test('the answered message is sent along only when it was asked for', async (t) => {
  const plain = await written(t);
  t.like(await composeMessage(plain.scope, plain.blobs, plain.claimed), { text: 'Sto złotych.', html: '<p>Sto złotych.</p>' });
  const quoting = await written(t, { quoted: true }, { html: '<p>Ile to <b>kosztuje</b>?</p>' as SafeHtml });
  const message = await composeMessage(quoting.scope, quoting.blobs, quoting.claimed);
  t.is(message.text, 'Sto złotych.\n\nW dniu 24 listopada 2026, 10:00, Jan <jan@customer.test> pisze:\n> Ile to kosztuje?');
  t.regex(message.html ?? '', /^<p>Sto złotych\.<\/p>[\s\S]*<blockquote type="cite"><p>Ile to <b>kosztuje<\/b>\?<\/p><\/blockquote>$/);
});

test('a message with a lost attachment is not composed', async (t) => {
  const { scope, claimed } = await written(t);
  await t.throwsAsync(composeMessage(scope, { ...noBlobs, has: async () => false }, claimed), { code: 'blob_missing' });
});
