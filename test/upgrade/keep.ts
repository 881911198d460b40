import type { ExecutionContext } from 'ava';
import { ADMIN } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { addKept } from '../support/kept.ts';
import { officeFor } from '../support/office.ts';

/** `node test/upgrade/keep.ts`: keeps the data folder of a small office made by this version, which every later one has to upgrade. */
const ends: (() => unknown)[] = [];
const mustBe = (value: unknown, what: string): void => {
  if (!value) throw new Error(what);
};
const t = { teardown: (end: () => unknown) => ends.push(end), log: console.log, true: mustBe } as unknown as ExecutionContext;
const office = await officeFor(t);
await office.mail({ from: 'jan@klient.test', name: 'Jan', subject: 'Faktura za listopad', text: 'Dzień dobry, proszę o fakturę.' });
await office.mail({ from: 'ola@klient.test', name: 'Ola', subject: 'Zwrot', html: '<p>Oddaję <b>towar</b></p>' });
await office.mail({ from: 'jan@klient.test', name: 'Jan', subject: 'Termin', text: 'Kiedy montaż?' });
// A password that is encrypted under the key of this folder.
await office.api('PATCH', '/inboxes/1', { relay: 'smtp://biuro:tajne@127.0.0.1:2' });
await office.api('POST', '/labels', { name: 'Pilne' });
await office.api('POST', '/folders', { name: 'Faktury' });
await office.api('POST', '/conversations/1/messages', { kind: 'reply', text: 'Faktura w załączniku.' });
await office.api('POST', '/conversations/2/messages', { kind: 'note', text: 'Zadzwonić' });
await office.api('PATCH', '/conversations/2', { status: 'closed' });
await (await loggedInClient(office.base, ADMIN)).get('/conversations/1');
const rows: { name: string }[] = await office.scope.db('migrations').orderBy('id', 'desc').limit(1).select('name');
const name = `${rows[0]?.name.slice(0, 14)}.tar.gz`;
await office.stop();
addKept(name, office.dataDir);
for (const end of ends.toReversed()) await end();
console.log(name);
process.exit(0);
