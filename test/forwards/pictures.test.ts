import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { composeMessage } from '../../core/deliveries/compose.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { forwardMessages } from '../../core/forwards/forward.ts';
import type { StoredAttachment } from '../../core/ingest/types.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { houseFor } from '../support/house.ts';
import { tempDir } from '../support/temp-dir.ts';

const sha = (letter: string): string => letter.repeat(64);
const file = (filename: string, letter: string, contentId: string | null = null): StoredAttachment => ({
  ...{ filename, contentType: 'image/png', bytes: 5, sha256: sha(letter), contentId, inline: contentId !== null },
});

/** A mail with these files, forwarded with a file of ours: what each picture of its page leads to, and the names of all files. */
async function forwarded(t: ExecutionContext, attachments: readonly StoredAttachment[], own: readonly StoredAttachment[] = []) {
  const { scope, endpoints, agentId, mail } = await houseFor(t);
  const dir = tempDir(t);
  for (const { sha256 } of [...attachments, ...own]) writeFileSync(join(dir, sha256), `byte${sha256[0]}`);
  const html = attachments.map(({ contentId }) => (contentId === null ? '' : `<img src="cid:${contentId}">`)).join('') as SafeHtml;
  const { conversationId, messageId } = await mail({ from: { address: 'jan@klient.test', name: 'Jan' }, text: 'x', html, attachments });
  const order = { conversationId, messageId, authorId: agentId, text: 'Proszę.', html: null, attachments: own, withFiles: true };
  const sent = await forwardMessages(scope, endpoints, { ...order, to: [{ address: 'serwis@naprawa.test', name: null }] });
  const [claimed] = await deliveriesOf(scope, [sent.messageId]);
  if (!claimed) throw new Error('no delivery');
  const letter = await composeMessage(scope, { has: async () => true, path: (sha256) => join(dir, sha256) }, [claimed]);
  const shown = Array.from(letter.html?.matchAll(/src="cid:([^"]*)"/g) ?? [], ([, name = '']) => decodeURIComponent(name));
  const under = (name: string) => Promise.all(letter.attachments.filter((one) => one.filename === name).map((one) => readAll(one.open())));
  return { names: letter.attachments.map(({ filename }) => filename), pictures: await Promise.all(shown.map(under)) };
}

test('a picture of the text has a name that no other file has, those of ours too', async (t) => {
  const ours = await forwarded(t, [file('image.png', 'a', 'p1@x')], [file('image.png', 'b')]);
  t.deepEqual(ours.pictures, [['bytea']]);
  t.is(ours.names[0], 'image.png', 'what somebody chose keeps its name');
  const theirs = await forwarded(t, [file('image001.png', 'a', 'p1@x'), file('image001.png', 'b'), file('image001.png', 'c', 'p2@x')]);
  t.deepEqual(theirs.pictures, [['bytea'], ['bytec']]);
  t.is(theirs.names.filter((name) => name === 'image001.png').length, 1);
  const same = await forwarded(t, [file('zdjęcie.png', 'a'), file('zdjęcie.png', 'b'), file('zdjęcie.png', 'a', 'p1@x')]);
  t.deepEqual(same.pictures, [['bytea']]);
});

test('a picture without a name is shown in its place', async (t) => {
  const { names, pictures } = await forwarded(t, [file('', 'a', 'p1@x'), file('', 'b', 'p2@x')]);
  t.deepEqual(pictures, [['bytea'], ['byteb']]);
  for (const name of names) t.regex(name, /\.png$/);
});
