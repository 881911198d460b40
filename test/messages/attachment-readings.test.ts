import test from 'ava';
import type { StoredAttachment } from '../../core/ingest/types.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { attachmentViews } from '../../core/messages/attachment-view.ts';
import { enclosedBody, findAttachment, listMessages } from '../../core/messages/list.ts';
import { houseFor } from '../support/house.ts';

const SHA = 'a'.repeat(64);
const file = (filename: string, contentType: string, more: Partial<StoredAttachment> = {}): StoredAttachment => ({
  filename,
  contentType,
  contentId: null,
  inline: false,
  bytes: 3,
  sha256: SHA,
  ...more,
});
const letter = (subject: string, html: string | null) => ({
  kind: 'message' as const,
  from: { address: 'z@inny.test', name: 'Zofia' },
  to: [{ address: 'b@inny.test', name: null }],
  cc: [],
  subject,
  sentAt: '2026-11-23T13:02:00.000Z',
  text: 'Treść',
  html: html === null ? null : sanitiseHtml(html),
});

const event = {
  kind: 'invitation' as const,
  method: 'request' as const,
  answer: null,
  title: 'Spotkanie',
  location: null,
  organiser: null,
  attendees: 2,
  start: { kind: 'day' as const, at: '2026-12-24' },
  end: { kind: 'day' as const, at: '2026-12-27' },
  repeats: null,
};

test('what attachments say is kept with them and shown in the order and place they had', async (t) => {
  const { mail, scope } = await houseFor(t);
  await scope.db('blobs').insert({ sha256: SHA, bytes: 3, created_at: 'now' });
  const { conversationId } = await mail({
    attachments: [
      file('list.eml', 'message/rfc822', { reading: letter('Żółw', '<p>Żółw<img src="cid:p"></p>') }),
      file('winmail.dat', 'application/ms-tnef'),
      file('spotkanie.ics', 'text/calendar', { reading: event }),
      file('w srodku.eml', 'message/rfc822', { inside: 0, reading: letter('Głębiej', null) }),
      file('p.png', 'image/png', { inside: 0, contentId: 'p', inline: true }),
      file('z winmaila.pdf', 'application/pdf', { inside: 1 }),
    ],
  });
  const [message] = (await listMessages(scope, conversationId)).items;
  if (!message) return t.fail('no message');
  const { files, cards } = attachmentViews(message.attachments, false);
  t.deepEqual(
    files.map(({ name }) => name),
    ['list.eml', 'winmail.dat', 'z winmaila.pdf', 'spotkanie.ics'],
  );
  const [enclosed, invitation] = cards;
  if (enclosed?.kind !== 'message' || invitation?.kind !== 'invitation') return t.fail('not two cards');
  t.like(enclosed, { subject: 'Żółw', from: 'Zofia <z@inny.test>', frame: true, files: { length: 1, 0: { name: 'w srodku.eml' } } });
  t.like(enclosed.cards[0], { kind: 'message', subject: 'Głębiej', text: 'Treść', frame: false });
  t.like(invitation, { title: 'Spotkanie', start: { at: '2026-12-24' }, end: { at: '2026-12-26' } });
  const body = await enclosedBody(scope, await findAttachment(scope, message.attachments[0]?.id as never));
  t.like(body, { html: '<p>Żółw<img src="cid:p" /></p>' });
  t.deepEqual(
    body.attachments.map(({ filename }) => filename),
    ['w srodku.eml', 'p.png'],
  );
  await t.throwsAsync(enclosedBody(scope, await findAttachment(scope, message.attachments[1]?.id as never)), { message: /Attachment/ });
});

test('an invitation that a mail carries twice, as Google Calendar sends it, is one card, and both files are there', async (t) => {
  const { mail, scope } = await houseFor(t);
  await scope.db('blobs').insert({ sha256: SHA, bytes: 3, created_at: 'now' });
  const { conversationId } = await mail({
    attachments: [
      file('attachment-1.ics', 'text/calendar', { reading: event }),
      file('invite.ics', 'application/ics', { reading: { ...event } }),
      file('inne.ics', 'text/calendar', { reading: { ...event, title: 'Inne' } }),
    ],
  });
  const [message] = (await listMessages(scope, conversationId)).items;
  const { files, cards } = attachmentViews(message?.attachments ?? [], false);
  t.deepEqual(
    cards.map((card) => (card.kind === 'invitation' ? card.title : null)),
    ['Spotkanie', 'Inne'],
  );
  t.is(files.length, 3);
});
