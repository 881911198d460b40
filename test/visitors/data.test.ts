import test from 'ava';
import { readLetterValues } from '../../core/canned-responses/facts.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { ADMIN } from '../support/app.ts';
import { chatOn, windowAt } from '../support/chat.ts';
import { loggedInClient } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';

const COMBINATIONS = [
  { asksData: false, needsData: false, asks: 'nothing', isHeard: true },
  { asksData: false, needsData: true, asks: 'nothing', isHeard: true },
  { asksData: true, needsData: false, asks: 'optional', isHeard: true },
  { asksData: true, needsData: true, asks: 'required', isHeard: false },
] as const;

for (const { asks, isHeard, ...switches } of COMBINATIONS)
  test(`with “ask” ${switches.asksData ? 'on' : 'off'} and “insist” ${switches.needsData ? 'on' : 'off'} a visitor ${isHeard ? 'is heard at once' : 'is heard once he has said who he is'}`, async (t) => {
    const app = await officeFor(t);
    await chatOn(app, switches);
    const jan = await windowAt(app);
    t.is((await jan.look()).asks, asks);
    const first = await jan.say('Dzień dobry');
    t.is(first.status, isHeard ? 200 : 422);
    if (!isHeard) {
      t.deepEqual(first.json, { code: 'invalid', fields: { email: 'To pole jest wymagane.' } });
      t.is((await app.scope.db('visitors')).length, 0, 'nobody was made of him');
      t.is((await jan.say('Dzień dobry', { name: 'Jan', email: 'jan@klient.test' })).status, 200);
      await jan.heard('Dzień dobry\n\nImię i nazwisko: Jan\nE-mail: jan@klient.test');
      t.is((await jan.say('Jeszcze coś')).status, 200, 'he is asked once');
    } else await jan.heard('Dzień dobry');
  });

test('a visitor is a guest with a number until he says his name; what he says of himself changes no other contact', async (t) => {
  const app = await officeFor(t);
  await changeGeneral(app.scope, { defaultLanguage: 'pl' });
  await app.mail({ from: 'jan@klient.test', name: 'Jan Prawdziwy', subject: 'Tajna sprawa' });
  await chatOn(app, { asksData: true });
  const guest = await windowAt(app);
  await guest.say('Dzień dobry z czatu');
  const { conversation_id: id } = await guest.heard('Dzień dobry z czatu');
  const contactOf = () =>
    app.scope.db('conversations as c').join('contacts as p', 'p.id', 'c.contact_id').where('c.id', id).first('p.id', 'p.name');
  t.regex((await contactOf()).name, /^Gość \d+$/);
  const calledInTemplates = async (): Promise<unknown> => {
    const { id: agentId } = await app.scope.db('agents').first('id');
    return (await readLetterValues(app.scope, agentId, { conversationId: id as ConversationId }))['contact.first_name'];
  };
  t.is(await calledInTemplates(), '', 'a template does not call him Guest');
  t.is((await guest.say('', { email: BIURO })).status, 422, 'an address of ours is nobody’s');
  t.is((await guest.say('', { name: 'Jan Podszywacz', email: 'Jan@Klient.test' })).status, 200);
  t.is((await guest.heard('Imię i nazwisko: Jan Podszywacz\nE-mail: jan@klient.test')).conversation_id, id);
  const contact = await contactOf();
  t.is(contact.name, 'Jan Podszywacz');
  t.is(await calledInTemplates(), 'Jan');
  t.is((await guest.look()).asks, 'nothing');

  const known = await app.scope.db('identities').where({ kind: 'email', address: 'jan@klient.test' });
  t.is(known.length, 1);
  t.not(known[0].contact_id, contact.id, 'his word joins him to nobody');
  t.is((await app.scope.db('contacts').where({ id: known[0].contact_id }).first()).name, 'Jan Prawdziwy');
  t.false(JSON.stringify(await guest.look()).includes('Tajna'));
  const anna = await loggedInClient(app.base, ADMIN);
  const panel = (await anna.get(`/conversations/${id}/context`)).text;
  t.true(panel.includes('jan@klient.test'));
  t.true(panel.includes('podany na czacie, niesprawdzony'));
  t.false(panel.includes('Tajna sprawa'), 'the other one’s conversations are not his');
  const talk = (await anna.get(`/conversations/${id}`)).text;
  t.true(talk.includes('Jan Podszywacz'));
  t.false(/visitor-|do www/.test(`${panel}${talk}`), 'addresses that tell people nothing are not shown');
  t.is((await app.scope.db('events').where({ type: 'contact.named' })).length, 1, 'open panels hear of it');
  await app.mail({ from: 'jan@klient.test', subject: 'Druga sprawa' });
  t.is((await app.scope.db('conversations').where({ contact_id: known[0].contact_id })).length, 2, 'mail goes on where it belongs');
});

test('an inbox for talks is made without thinking of an address, and keeps the one it got', async (t) => {
  const app = await officeFor(t);
  await chatOn(app);
  const anna = await loggedInClient(app.base, ADMIN);
  t.false((await anna.get('/inboxes/new/web-chat')).text.includes('name="address"'));
  t.is((await anna.post('/inboxes/new/web-chat', { name: 'Sklep na żywo' })).location, '/inboxes');
  const made = await app.scope.db('inboxes').where({ name: 'Sklep na żywo' }).first('id', 'address');
  t.regex(made.address, /^web-chat-[a-z0-9]{8}$/);
  t.false((await anna.get('/inboxes')).text.includes(made.address));
  t.is((await anna.post(`/inboxes/${made.id}`, { name: 'Sklep', address: 'inny' })).location, '/inboxes');
  t.like(await app.scope.db('inboxes').where({ id: made.id }).first(), { name: 'Sklep', address: made.address });
});
