import test, { type ExecutionContext } from 'ava';
import { composeMessage } from '../../core/deliveries/compose.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { readDraft } from '../../core/drafts/save.ts';
import { saveFooter, saveOwnFooter } from '../../core/footers/save.ts';
import type { MessageId } from '../../core/lib/ids.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { findMessage } from '../../core/messages/list.ts';
import { addNote } from '../../core/messages/note.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { startConversation } from '../../core/messages/start.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { type House, houseFor } from '../support/house.ts';
import { officeFor } from '../support/office.ts';
import { answer, noBlobs } from '../support/sending.ts';
import { until } from '../support/until.ts';

async function signed(t: ExecutionContext): Promise<House> {
  const house = await houseFor(t);
  await changeGeneral(house.scope, { companyName: 'Firma & Syn' });
  await saveFooter(house.scope, { agentId: house.agentId }, { text: '{{ agent.name }}\n{{ agent.job_title }}', html: '' });
  await saveFooter(house.scope, { inboxId: house.inboxId }, { text: '', html: '<div><b>{{ company }}</b> · {{ inbox.address }}</div>' });
  return house;
}

async function composed({ scope }: House, messageId: MessageId) {
  const [first, ...others] = await deliveriesOf(scope, [messageId]);
  if (!first) throw new Error('no delivery');
  return composeMessage(scope, noBlobs, [first, ...others]);
}

test('the footer of the agent and then of the inbox stands once below an answer and above what it quotes, in both forms', async (t) => {
  const house = await signed(t);
  const { conversationId } = await house.mail({ text: 'Ile?', html: '<p>Ile?</p>' as SafeHtml });
  const { messageId } = await replyToConversation(house.scope, house.endpoints, {
    ...{ conversationId, authorId: house.agentId, text: 'Sto złotych.', html: null, attachments: [], quoted: true },
  });
  const { text, html } = await composed(house, messageId);
  t.regex(
    text,
    /^Sto złotych\.\n\n-- \nAnna Nowak\n\nFirma & Syn · help@company\.test\n\nW dniu 24 listopada 2026, [^\n]+ pisze:\n> Ile\?$/,
  );
  t.regex(
    html ?? '',
    /^<p>Sto złotych\.<\/p>[\s\S]*-- <\/div>[\s\S]*Anna Nowak[\s\S]*<b>Firma &amp; Syn<\/b> · help@company\.test[\s\S]*<blockquote type="cite">/,
  );
  t.is(html?.match(/Anna Nowak/g)?.length, 1);
  const stored = await findMessage(house.scope, messageId);
  t.is(stored.text, 'Sto złotych.');
  t.regex(stored.footer?.text ?? '', /^Anna Nowak\n\nFirma & Syn/);
});

test('a footer changed later leaves what is written alone, and a message taken back comes into the draft without it', async (t) => {
  const house = await signed(t);
  const { conversationId } = await house.mail({});
  const { messageId } = await answer(house, conversationId, ['jan@customer.test']);
  await saveFooter(house.scope, { agentId: house.agentId }, { text: 'Nowa', html: '' });
  t.regex((await composed(house, messageId)).text, /-- \nAnna Nowak/);
  await withdrawMessage(house.scope, messageId, house.agentId);
  t.is((await readDraft(house.scope, house.agentId, conversationId))?.text, 'Hello');
  t.deepEqual(await house.scope.db('message_footers').pluck('message_id'), []);
  const again = await answer(house, conversationId, ['jan@customer.test']);
  t.regex((await composed(house, again.messageId)).text, /^Hello\n\n-- \nNowa\n\nFirma & Syn/);
});

test('notes and letters to channels without a subject have no footer, a new message has one, and an emptied footer is none', async (t) => {
  const house = await signed(t);
  const { scope, endpoints, agentId: authorId } = house;
  const { conversationId } = await house.mail({});
  const note = await addNote(scope, endpoints, { conversationId, authorId, text: 'Tylko dla nas', html: null, attachments: [] });
  t.is((await findMessage(scope, note.messageId)).footer, null);
  const written = {
    authorId,
    to: [{ address: 'ola@customer.test', name: null }],
    subject: 'Oferta',
    text: 'Dzień dobry',
    html: null,
    attachments: [],
  };
  const begun = await startConversation(scope, endpoints, { ...written, inboxId: house.inboxId });
  t.regex((await composed(house, begun.messageId)).text, /-- \nAnna Nowak/);
  const chat = await house.addInbox('chat@company.test', { subject: false });
  await saveFooter(scope, { inboxId: chat }, { text: 'Stopka czatu', html: '' });
  const said = await startConversation(scope, endpoints, { ...written, inboxId: chat });
  t.is((await composed(house, said.messageId)).text, 'Dzień dobry');
  await saveFooter(scope, { agentId: authorId }, { text: ' ', html: '' });
  await saveFooter(scope, { inboxId: house.inboxId }, { text: '{{ agent.job_title }}', html: '' });
  const bare = await startConversation(scope, endpoints, { ...written, inboxId: house.inboxId });
  t.is((await composed(house, bare.messageId)).text, 'Dzień dobry');
});

test('a footer names only who sends, is sanitised, and is an agent’s own to write only when an administrator lets him', async (t) => {
  const house = await signed(t);
  const of = { agentId: house.agentId };
  for (const [text, key] of [
    ['{{ contact.name }}', 'canned-responses.problem.unknown'],
    ['{{ agent.name', 'canned-responses.problem.liquid'],
    ['x'.repeat(4_001), 'forms.too_long'],
  ] as const)
    await t.throwsAsync(() => saveFooter(house.scope, of, { text, html: '' }), { message: /./, code: 'invalid' }, key);
  await saveFooter(house.scope, of, { text: '', html: '<div>ok<script>x</script><a hx-get="/x" href="https://firma.test">www</a></div>' });
  t.notRegex((await house.scope.db('footers').where({ agent_id: house.agentId }).first('html')).html, /script|hx-get/);
  await t.throwsAsync(() => saveOwnFooter(house.scope, { id: house.agentId, role: 'agent' }, { text: 'Moja', html: '' }), {
    code: 'footer_fixed',
  });
});

test('the mail that leaves has the footer in its text and its HTML, and an answer by program can do without', async (t) => {
  const office = await officeFor(t);
  await saveFooter(office.scope, { inboxId: 1 as never }, { text: 'Biuro czynne 8-16', html: '' });
  await office.mail({ from: 'jan@klient.test', subject: 'Pytanie' });
  await until('the mail is here', async () => (await office.scope.db('conversations')).length === 1);
  const first = await office.api('POST', '/conversations/1/messages', { kind: 'reply', text: 'Pierwsza', to: ['jan@klient.test'] });
  t.like(first.json, { text: 'Pierwsza', footer: 'Biuro czynne 8-16' });
  const bare = { kind: 'reply', text: 'Druga', to: ['jan@klient.test'], withFooter: false };
  t.like((await office.api('POST', '/conversations/1/messages', bare)).json, { text: 'Druga', footer: null });
  await until('both left', () => office.relay.mails.length === 2);
  const [one, two] = office.relay.mails
    .map((mail) => JSON.stringify(mail))
    .toSorted((a, b) => Number(a.includes('Druga')) - Number(b.includes('Druga')));
  t.is(one?.match(/Biuro czynne 8-16/g)?.length, 2);
  t.false(two?.includes('Biuro czynne'));
});
