import test from 'ava';
import type { StoredAttachment } from '../../core/ingest/types.ts';
import { listMessages } from '../../core/messages/list.ts';
import { messageView } from '../../core/messages/view.ts';
import { houseFor } from '../support/house.ts';

const SHA = 'a'.repeat(64);
const file = (filename: string, contentType: string): StoredAttachment => ({
  ...{ filename, contentType, contentId: null, inline: false, bytes: 3, sha256: SHA },
});
const CASES: readonly (readonly [string, readonly StoredAttachment[], 'S/MIME' | 'PGP' | null])[] = [
  ['', [file('smime.p7m', 'application/pkcs7-mime')], 'S/MIME'],
  ['\n', [file('attachment-1', 'application/x-pkcs7-mime')], 'S/MIME'],
  ['', [file('attachment-1', 'application/pgp-encrypted'), file('encrypted.asc', 'application/octet-stream')], 'PGP'],
  ['Podpisane', [file('smime.p7m', 'application/pkcs7-mime')], null],
  ['', [file('umowa.pdf.p7m', 'application/pkcs7-mime')], null],
  ['', [file('smime.p7s', 'application/pkcs7-signature')], null],
  ['', [], null],
];

test('a message that cannot be read because it is encrypted says how, and no other does', async (t) => {
  const { mail, scope } = await houseFor(t);
  await scope.db('blobs').insert({ sha256: SHA, bytes: 3, created_at: 'now' });
  for (const [text, attachments, encryption] of CASES) {
    const { conversationId } = await mail({ text, attachments });
    const [message] = (await listMessages(scope, conversationId)).items;
    t.is(message && messageView(message, { firstUnread: false, now: scope.now() }).encryption, encryption, JSON.stringify(attachments));
  }
});
