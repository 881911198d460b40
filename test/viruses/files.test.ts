import test from 'ava';
import { startSpam } from '../../core/boot/spam.ts';
import { transact } from '../../core/db/scope.ts';
import { composeMessage } from '../../core/deliveries/compose.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { readComposer } from '../../core/drafts/form.ts';
import { readDraft, saveWithFiles } from '../../core/drafts/save.ts';
import { composerView } from '../../core/drafts/view.ts';
import { addFiles, listFiles } from '../../core/files/keep.ts';
import { forwardMessages } from '../../core/forwards/forward.ts';
import type { ConversationId, MessageId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { findAttachment, findMessage } from '../../core/messages/list.ts';
import { addNote } from '../../core/messages/note.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { messageView } from '../../core/messages/view.ts';
import { countUnread, listNotifications } from '../../core/notifications/list.ts';
import { talkIsRead } from '../../core/notifications/notify-talk.ts';
import type { ScanResult } from '../../core/plugins/contract.ts';
import { addAgent } from '../support/accounts.ts';
import { EICAR, UNSCANNED, wardFor } from '../support/ward.ts';

const CLEAN: ScanResult = { state: 'clean' };
const byName = (bytes: string): ScanResult => (bytes.startsWith('bad') ? EICAR : CLEAN);

test('a file that nobody could scan goes out, says so, is scanned later, and one with a virus is marked and withheld', async (t) => {
  const ward = await wardFor(t);
  const { scope, agentScope, endpoints, agentId, upload, filesAgain, answer, mail, events } = ward;
  const { conversationId } = await mail({});
  const said = { conversationId, authorId: agentId, text: 'Cennik', html: null };
  const [good, bad] = [await upload('good'), await upload('bad', 'faktura.com')];
  const { messageId: sent } = await replyToConversation(scope, endpoints, { ...said, attachments: [good, bad] });
  const { messageId: note } = await addNote(scope, endpoints, { ...said, attachments: [good] });
  const letter = async (id: MessageId) => {
    const [claimed] = await deliveriesOf(scope, [id]);
    if (!claimed) throw new Error('no delivery');
    return composeMessage(scope, ward.blobs, [claimed]);
  };
  const virusOf = async (id: MessageId) => (await findMessage(scope, id)).virus;
  for (const id of [sent, note]) t.deepEqual(await virusOf(id), { state: 'unscanned', name: null });
  t.is((await letter(sent)).attachments.length, 2, 'work does not stop for a scanner that is away');
  t.is(await filesAgain(), 0);
  t.deepEqual(await virusOf(sent), { state: 'unscanned', name: null });

  answer.of = byName;
  const before = (await events()).length;
  t.is(await filesAgain(), 2);
  t.deepEqual((await events()).slice(before).toSorted(), ['notifications.changed', 'virus.scanned', 'virus.scanned']);
  const told = (await listNotifications(agentScope, agentId)).items;
  t.like(told[0], { kind: 'virus_found', why: 'author', conversationId, messageId: sent, reason: 'faktura.com: Eicar' });
  await transact(agentScope, (tx) => talkIsRead(tx, conversationId, agentId));
  t.is(await countUnread(agentScope, agentId), 0, 'he has seen it in the conversation');
  t.is(await virusOf(note), null);
  t.deepEqual(await virusOf(sent), { state: 'infected', name: 'Eicar' });
  const message = await findMessage(scope, sent);
  const { files } = messageView(message, { firstUnread: false, now: scope.now() });
  t.deepEqual(
    files.map(({ name, isInfected }) => [name, isInfected]),
    [
      ['cennik.txt', false],
      ['faktura.com', true],
    ],
  );
  const found = await Promise.all(message.attachments.map(({ id }) => findAttachment(scope, id)));
  t.deepEqual(
    found.map(({ virus }) => virus?.state ?? null),
    [null, 'infected'],
  );
  await t.throwsAsync(letter(sent), { code: 'attachment_infected' }, 'another try does not send it');
  await t.throwsAsync(replyToConversation(scope, endpoints, { ...said, attachments: [bad] }), { code: 'invalid' });
  await t.throwsAsync(addNote(scope, endpoints, { ...said, attachments: [bad] }), { code: 'invalid' });
  t.is(await filesAgain(), 0);
  answer.of = () => ({ state: 'unavailable', reason: 'unreachable', detail: null });
  await t.throwsAsync(upload('bad'), { code: 'file_infected' }, 'these bytes are known');
});

test('drafts and files of the company say which file was not scanned yet, and where a virus was found', async (t) => {
  const { scope, agentScope, agentId, upload, filesAgain, answer, mail } = await wardFor(t);
  const { conversationId } = await mail({});
  const file = await upload('bad');
  await addFiles(agentScope, null, [file]);
  const written = readComposer({ kind: 'reply', text: 'Cennik' }).draft;
  await saveWithFiles(agentScope, agentId, conversationId, written, [file]);
  const states = async () => [
    (await readDraft(scope, agentId, conversationId))?.attachments[0]?.virus?.state,
    (await listFiles(scope, null, '', null)).items[0]?.virus?.state,
  ];
  t.deepEqual(await states(), ['unscanned', 'unscanned']);
  answer.of = byName;
  t.is(await filesAgain(), 1);
  t.deepEqual(await states(), ['infected', 'infected']);
});

test('a file that is too large for the scanner says so until it can be scanned, and does not wait for that', async (t) => {
  const { scope, agentScope, endpoints, agentId, upload, filesAgain, answer, mail } = await wardFor(t);
  const { conversationId } = await mail({});
  answer.of = () => ({ state: 'skipped', reason: 'too_large' });
  const file = await upload('bad');
  const said = { conversationId, authorId: agentId, text: 'Cennik', html: null, attachments: [file] };
  const { messageId } = await replyToConversation(agentScope, endpoints, said);
  await addFiles(agentScope, null, [file]);
  await saveWithFiles(agentScope, agentId, conversationId, readComposer({ kind: 'reply', text: 'Cennik' }).draft, [file]);
  const seen = async () => {
    const message = messageView(await findMessage(scope, messageId), { firstUnread: false, now: scope.now() });
    const draft = composerView(await readDraft(scope, agentId, conversationId));
    const [row] = (await listFiles(scope, null, '', null)).items;
    return [message.virus?.state, message.files[0]?.unscanned, draft.files[0]?.virus, row?.virus?.state];
  };
  t.deepEqual(await seen(), ['skipped', 'skipped', 'skipped', 'skipped']);
  answer.of = byName;
  t.is(await filesAgain(), 0);
  await t.throwsAsync(upload('bad'), { code: 'file_infected' }, 'the scanner takes more than before');
  t.deepEqual(await seen(), ['infected', null, 'infected', 'infected']);
  t.like((await listNotifications(agentScope, agentId)).items[0], { kind: 'virus_found', messageId });
  answer.of = () => ({ state: 'skipped', reason: 'too_large' });
  await t.throwsAsync(upload('bad'), { code: 'file_infected' }, 'what is known of it counts');
});

test('whoever sent a file with a virus in many messages hears of it once, at the newest, and so does each who sent it', async (t) => {
  const { scope, agentScope, endpoints, agentId, upload, filesAgain, answer, mail, events } = await wardFor(t);
  const bob = await addAgent(scope, 'Bob');
  const file = await upload('bad', 'faktura.com');
  const sent: { conversationId: ConversationId; messageId: MessageId }[] = [];
  for (const authorId of [bob, agentId, agentId, agentId]) {
    const { conversationId } = await mail({ from: { address: `jan${sent.length}@customer.test`, name: null } });
    const said = { conversationId, authorId, text: 'Cennik', html: null, attachments: [file] };
    sent.push({ conversationId, messageId: (await replyToConversation(agentScope, endpoints, said)).messageId });
  }
  answer.of = byName;
  const before = (await events()).length;
  t.is(await filesAgain(), 1);
  t.is((await events()).slice(before).filter((type) => type === 'notifications.changed').length, 1);
  for (const [id, at, inOthers] of [
    [agentId, sent[3], true],
    [bob, sent[0], false],
  ] as const) {
    const { items } = await listNotifications(agentScope, id);
    t.is(items.length, 1);
    t.like(items[0], { kind: 'virus_found', why: 'author', ...at, reason: 'faktura.com: Eicar', inOthers, times: 1 });
  }
});

test('files of an unscanned mail that is sent on are scanned by themselves, and what nothing needs any more is let go', async (t) => {
  const { scope, agentScope, endpoints, agentId, blobs, kept, filesAgain, answer, upload } = await wardFor(t);
  const { conversationId, messageId } = await kept('bad mail', UNSCANNED);
  const { sha256, bytes } = await blobs.put(Buffer.from('bad file'));
  await scope.db('blobs').insert({ sha256, bytes, created_at: 'x' });
  const row = {
    message_id: messageId,
    position: 0,
    filename: 'a.txt',
    content_type: 'text/plain',
    bytes,
    blob_sha256: sha256,
    inline: false,
  };
  await scope.db('attachments').insert(row);
  const order = { conversationId, messageId, authorId: agentId, text: '', html: null, attachments: [], withFiles: true };
  const { messageId: sideMessageId } = await forwardMessages(agentScope, endpoints, {
    ...order,
    to: [{ address: 'a@b.test', name: null }],
  });
  const lost = await upload('good');
  await blobs.discard(lost.sha256);
  answer.of = byName;
  t.is(await filesAgain(), 2);
  t.deepEqual((await findMessage(scope, sideMessageId)).virus, { state: 'infected', name: 'Eicar' });
  t.deepEqual(await scope.db('file_scans').pluck('sha256'), [sha256]);
});

test('the job of every minute scans mail and files alike', async (t) => {
  const { scope, blobs, plugins, endpoints, kept, upload, answer } = await wardFor(t);
  const { record } = await kept('bad mail', UNSCANNED);
  const { sha256 } = await upload('bad');
  answer.of = byName;
  const jobs = new Map<string, (signal: AbortSignal) => Promise<void>>();
  const schedule = { every: (_: string, name: string, work: (signal: AbortSignal) => Promise<void>) => void jobs.set(name, work) };
  const deps = { plugins: { filters: () => [] }, blobs, endpoints, inbox: () => null };
  startSpam({ schedule, scope, blobs, log: silentLog }, { directory: { all: () => [] }, plugins }, deps);
  await jobs.get('rescan')?.(AbortSignal.timeout(10_000));
  t.like(await scope.db('raw_inbound').where({ id: record.id }).first(), { virus_state: 'infected' });
  t.like(await scope.db('file_scans').where({ sha256 }).first(), { virus_state: 'infected' });
});
