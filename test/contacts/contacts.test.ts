import test from 'ava';
import { addressKey, identityOf } from '../../core/contacts/address.ts';
import { findContact } from '../../core/contacts/find.ts';
import { resolveContact } from '../../core/contacts/resolve.ts';
import { transact } from '../../core/db/scope.ts';
import type { ContactId } from '../../core/lib/ids.ts';
import { houseFor } from '../support/house.ts';

test('an identity is the normalised address, or what could not be read as it is', (t) => {
  t.deepEqual(identityOf('email', ' Jan@Żółw.PL '), { kind: 'email', address: 'jan@xn--w-uga1v8h.pl' });
  t.deepEqual(identityOf('email', 'Mailer\0 Daemon '), { kind: 'opaque', address: 'Mailer Daemon' });
  t.deepEqual(identityOf('e164', '+48600100200'), { kind: 'e164', address: '+48600100200' });
  t.is(addressKey('JAN@X.TEST'), 'jan@x.test');
  t.is(addressKey('x'.repeat(9_999)).length, 512);
});

test('one address is one contact, whoever writes it in whatever case', async (t) => {
  const { mail, scope } = await houseFor(t);
  await mail({ from: { address: 'jan@x.test', name: null } });
  await mail({ from: { address: 'JAN@X.TEST', name: 'Jan' } });
  t.is((await scope.db('contacts')).length, 1);
});

test('the first name that a contact gives himself stays', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({});
  const { contact_id } = await scope.db('conversations').where({ id: conversationId }).first();
  t.is((await findContact(scope, contact_id)).name, '');
  await mail({ from: { address: 'jan@customer.test', name: ' Jan\r\n \u202eŻak ' } });
  t.is((await findContact(scope, contact_id)).name, 'Jan Żak');
  await mail({ from: { address: 'jan@customer.test', name: 'Company support' } });
  t.is((await findContact(scope, contact_id)).name, 'Jan Żak');
});

test('two first mails of one sender at the same moment make one contact', async (t) => {
  const { scope, events } = await houseFor(t);
  const identity = identityOf('email', 'new@x.test');
  const ids = await Promise.all([1, 2, 3, 4].map(() => transact(scope, (tx) => resolveContact(tx, identity, 'New'))));
  t.is(new Set(ids).size, 1);
  t.is((await scope.db('contacts')).length, 1);
  t.deepEqual(await events(), ['contact.created']);
});

test('a contact that is not there raises not_found', async (t) => {
  const { scope } = await houseFor(t);
  await t.throwsAsync(findContact(scope, 99 as ContactId), { code: 'not_found' });
});
