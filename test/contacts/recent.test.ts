import test from 'ava';
import { recentContacts } from '../../core/contacts/recent.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { trashConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';

test('whom an inbox had to do with lately is named with counts: persons of thirty days, neither spam nor lists nor what was deleted', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, inboxId, pass } = house;
  await house.mail({ from: { address: 'dawno@klient.test', name: 'Dawno' } }, { bytes: 'old' });
  pass(31 * 1_440);
  const { conversationId: jan } = await house.mail({ from: { address: 'jan@klient.test', name: 'Jan Nowak' } }, { bytes: 'a' });
  await house.mail({ from: { address: 'jan@klient.test', name: 'Jan Nowak' }, subject: 'Inna sprawa' }, { bytes: 'b' });
  await house.mail({ from: { address: 'ewa@klient.test', name: '' } }, { bytes: 'c' });
  await house.mail({ from: { address: 'lista@news.test', name: 'Lista' }, machine: 'list' }, { bytes: 'd' });
  const spam = await house.mail({ from: { address: 'spam@zly.test', name: 'Spam' } }, { bytes: 'e' });
  await markSpam(scope, spam.conversationId, true);
  const gone = await house.mail({ from: { address: 'kosz@klient.test', name: 'Kosz' } }, { bytes: 'f' });
  await trashConversation(agentScope, gone.conversationId);
  const other = await house.addInbox('sklep@firma.test');
  await house.mail({ from: { address: 'obcy@klient.test', name: 'Obcy' } }, { bytes: 'g', inboxId: other });

  const { count, contacts } = await recentContacts(scope, inboxId);
  t.is(count, 2);
  t.deepEqual(
    contacts.map(({ name, address, conversations, messages }) => [name, address, conversations, messages]),
    [
      ['Jan Nowak', 'jan@klient.test', 2, 2],
      ['', 'ewa@klient.test', 1, 1],
    ],
  );
  t.true(jan > 0 && contacts.every(({ lastAt }) => lastAt.getTime() === scope.now().getTime()));
});
