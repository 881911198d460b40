import test from 'ava';
import { labelContact, setContactLabels } from '../../core/contacts/label.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { pokesOf } from '../../core/events/stream.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { clearLabelHandler } from '../../core/labels/clear.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { mergeLabels, removeLabel, restoreLabel } from '../../core/labels/remove.ts';
import { MAX_APPLIED } from '../../core/labels/types.ts';
import type { ContactId, LabelId } from '../../core/lib/ids.ts';
import { createAudience } from '../../core/live/audience.ts';
import { confine } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('a contact is labelled beside a conversation, shown in each of its own, by whoever may label there, and only they hear of it', async (t) => {
  const { anna, agentScope, base, mail, piotr, scope } = await workspaceFor(t);
  const { conversationId: first } = await mail({ subject: 'Pralka' });
  const { conversationId: second } = await mail({ subject: 'Ekspres' });
  await mail({ from: { address: 'ola@customer.test', name: 'Ola' } });
  await addLabel(agentScope, 'Pilne', 'red');
  const contact = async (id: number) => (await anna.get(`/conversations/${id}/context`)).text;

  t.regex(
    await contact(first),
    /href="\/conversations\/1\/contact-labels">[\s\S]*<span>Etykiety kontaktu<\/span>/,
    'a page without JavaScript',
  );
  t.regex((await anna.get('/conversations/1/context', PART)).text, /data-picker hx-get="\/conversations\/1\/contact-labels"/);
  t.regex((await anna.get('/conversations/1')).text, /live:contact-1 from:body/);
  const form = (await anna.get('/conversations/1/contact-labels')).text;
  t.regex(
    form,
    /action="\/conversations\/1\/contact-labels"[\s\S]*Etykiety kontaktu<\/h2>[\s\S]*name="add" value="1" aria-pressed="false"/,
  );
  t.false(form.includes('hx-post="/conversations/1/contact-labels"'), 'on a page of its own there is no dialog to swap');
  t.is((await anna.post('/conversations/1/contact-labels', { add: '1', name: '' })).location, '/conversations/1/contact-labels');
  t.regex((await anna.get('/conversations/1/contact-labels')).text, /name="remove" value="1" aria-pressed="true"/);
  t.regex(
    await contact(second),
    /id="contact-labels">\s*<a class="tag label hue-red" href="\/conversations\?q=etykieta-kontaktu%3A%22Pilne%22" title="Anna Nowak, [^"]+"><span>Pilne/,
  );
  t.false((await contact(3)).includes('Pilne'), 'another contact');
  t.regex((await anna.get('/conversations?q=etykieta-kontaktu%3A%22Pilne%22')).text, /Ekspres[\s\S]*Pralka/);
  t.false((await anna.get('/conversations/1/labels')).text.includes('name="remove"'), 'the conversation itself has no label');
  const part = await anna.post('/conversations/2/contact-labels', { name: 'VIP' }, PART);
  t.regex(part.text, /hx-target="#picker"[\s\S]*hx-target="#contact-labels"[\s\S]*Pilne[\s\S]*VIP/);
  t.regex((await anna.post('/conversations/2/contact-labels', { name: ' ' }, PART)).text, /Wybierz etykietę albo wpisz jej nazwę/);
  await anna.post('/conversations/1/contact-labels', { remove: '1' });
  t.false((await contact(second)).includes('Pilne'));
  const told = await scope.db('events').whereLike('type', 'contact.%labelled').orderBy('id');
  t.deepEqual(
    told.map(({ type, data, actor }) => [type, JSON.parse(data), JSON.parse(actor).kind]),
    [
      ['contact.labelled', { contactId: 1, labelId: 1 }, 'agent'],
      ['contact.labelled', { contactId: 1, labelId: 2 }, 'agent'],
      ['contact.unlabelled', { contactId: 1, labelId: 1 }, 'agent'],
    ],
  );

  const closed = (await addFolder(scope, 'Zarząd')).id;
  const other = httpClient(base);
  signIn(other, piotr);
  const names = pokesOf({ type: 'contact.labelled', data: { contactId: 1 as ContactId, labelId: 1 as LabelId } });
  const heard = async () => (await createAudience(scope)([...names]))(piotr);
  t.deepEqual(await heard(), ['contact-1']);
  await fileConversation(scope, second, closed);
  await confine(scope, piotr, [closed], 'answer');
  t.is((await other.get('/conversations/1/contact-labels')).status, 404);
  t.is((await other.get('/conversations/2/contact-labels')).status, 403, 'he sees it and may not label');
  t.is((await other.post('/conversations/2/contact-labels', { remove: '2' })).status, 403);
  const seen = (await other.get('/conversations/2/context')).text;
  t.deepEqual([seen.includes('VIP'), seen.includes('/contact-labels')], [true, false]);
  t.deepEqual(await heard(), ['contact-1'], 'of a conversation in that folder');
  await confine(scope, piotr, []);
  await scope.db('folder_access').where({ agent_id: piotr }).delete();
  t.deepEqual(await heard(), []);
});

test('labels of contacts come back with a label, are merged and deleted with it, thirty at most, all or nothing', async (t) => {
  const { agentScope, mail, pass, scope } = await houseFor(t);
  await mail({});
  await mail({ from: { address: 'ola@customer.test', name: 'Ola' } });
  const [jan, ola] = [1 as ContactId, 2 as ContactId];
  const add = async (name: string) => (await addLabel(agentScope, name)).id;
  const [urgent, claim, vip] = [await add('Pilne'), await add('Reklamacja'), await add('VIP')];
  const on = async () =>
    (await scope.db('contact_labels').orderBy(['contact_id', 'label_id'])).map((row) => [row.contact_id, row.label_id]);
  const clear = (labelId: LabelId) =>
    clearLabelHandler()(agentScope, { id: 1, kind: 'label_clear', data: { labelId }, attempts: 1 }, new AbortController().signal);

  await setContactLabels(agentScope, jan, [urgent, claim]);
  await labelContact(agentScope, ola, urgent, true);
  await labelContact(agentScope, ola, urgent, true);
  await removeLabel(agentScope, urgent);
  await t.throwsAsync(labelContact(agentScope, ola, urgent, true), { code: 'not_found' });
  await clear(urgent);
  await restoreLabel(agentScope, urgent);
  t.deepEqual(await on(), [
    [jan, urgent],
    [jan, claim],
    [ola, urgent],
  ]);
  await mergeLabels(agentScope, urgent, claim);
  await clear(urgent);
  t.deepEqual(await on(), [
    [jan, claim],
    [ola, claim],
  ]);
  await removeLabel(agentScope, claim);
  pass(25 * 60);
  await clear(claim);
  t.deepEqual([await on(), await scope.db('labels').pluck('id')], [[], [vip]]);

  await t.throwsAsync(setContactLabels(agentScope, jan, [vip, 99 as LabelId]), { code: 'not_found' });
  await t.throwsAsync(labelContact(agentScope, 99 as ContactId, vip, true), { code: 'not_found' });
  const many: LabelId[] = [];
  for (let n = 0; n <= MAX_APPLIED; n += 1) many.push(await add(`Nr ${n}`));
  await t.throwsAsync(setContactLabels(agentScope, jan, many), { code: 'invalid' });
  t.deepEqual(await on(), [], 'all or nothing');
  await setContactLabels(agentScope, jan, many.slice(1));
  t.is((await on()).length, MAX_APPLIED);
});
