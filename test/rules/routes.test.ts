import test from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { addAgent, logIn } from '../support/accounts.ts';
import { ADMIN } from '../support/app.ts';
import { confine } from '../support/folders.ts';
import { httpClient } from '../support/http-client.ts';
import { type Office, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

/** Whatever was committed has been announced, so that a changed rule is known. */
const settled = async ({ scope }: Office): Promise<void> => {
  await until('all is announced', async () => (await scope.db('events').whereNull('dispatched_at')).length === 0);
  await until('all is done', async () => (await scope.db('jobs').where({ kind: 'message_rules' })).length === 0);
};

test('an administrator makes a rule by the form, tries it, sees it act on real mail, undoes it and reads its log; programs do the same', async (t) => {
  const office = await officeFor(t);
  const { scope, base, api } = office;
  const folderId = (await addFolder(scope, 'Faktury')).id;
  const agentId = await addAgent(scope, 'Jan');
  const anna = httpClient(base);
  await logIn(anna, ADMIN.email, ADMIN.password);
  t.regex((await anna.get('/rules')).text, /Nie ma jeszcze reguł[\s\S]*Zapytanie ze strony/);
  await office.mail({ from: 'jan@klient.test', subject: 'Faktura 1', name: 'Jan' });
  await until('the mail is here', async () => (await scope.db('conversations')).length === 1);

  const page = (await anna.get('/rules/new')).text;
  const order = [
    'name="folderId"',
    'name="recipient"',
    'name="sender"',
    'name="subject"',
    'Więcej warunków',
    'name="body"',
    'name="header"',
  ];
  const places = order.map((part) => page.indexOf(part));
  t.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    'first the folder, then the three criteria, then the others',
  );
  t.true(places.every((at) => at > 0));

  const form = {
    name: 'Do faktur',
    enabled: 'on',
    folderId: String(folderId),
    subject: 'faktura\nzwrot <b>',
    subject_operator: 'contains',
  };
  const trial = await anna.post('/rules/trial', { ...form, name: '' }, PART);
  t.regex(trial.text, /Pasuje 1 z 1[\s\S]*Faktura 1[\s\S]*temat zawiera „faktura”[\s\S]*przeniesie do „Faktury”/);
  t.regex((await anna.post('/rules/trial', form)).text, /<h1>Nowa reguła[\s\S]*Pasuje 1 z 1/, 'without JavaScript too');
  t.regex((await anna.post('/rules/trial', { subject: '' }, PART)).text, /Wypełnij przynajmniej jeden warunek/);

  const wrong = await anna.post('/rules', { name: '', subject: 'x'.repeat(300), state: 'days', days: '999' });
  t.is(wrong.status, 422);
  t.regex(wrong.text, /Najwyżej|za długi|długi/i);
  t.is((await anna.post('/rules', form)).location, '/rules');
  const listed = (await anna.get('/rules')).text;
  t.regex(listed, /Do faktur[\s\S]*Gdy temat zawiera „faktura” lub „zwrot &lt;b&gt;”: przeniesie do „Faktury”/);
  t.regex((await anna.get('/rules/1')).text, /<textarea[^>]*name="subject"[^>]*>faktura\nzwrot &lt;b&gt;<\/textarea>/);

  await settled(office);
  await office.mail({ from: 'ewa@klient.test', subject: 'FAKTURA 2' });
  await until('the rule acted', async () => (await scope.db('rule_acts')).length === 1);
  t.is((await scope.db('conversations').where({ id: 2 }).first('folder_id')).folder_id, folderId);
  const talk = (await anna.get('/conversations/2')).text;
  t.regex(talk, /Reguła „Do faktur”<\/b> przeniosła do „Faktury”, bo temat zawiera „faktura”[\s\S]*\/rule-acts\/1\/reversal/);
  t.regex((await anna.get('/rules/1/acts')).text, /conversations\/2\?from=2#message-2">FAKTURA 2[\s\S]*przeniosła do „Faktury”/);

  const jan = httpClient(base);
  await logIn(jan, 'jan@firma.example');
  await confine(scope, agentId, [folderId], 'see');
  await jan.get('/conversations/2');
  t.is((await jan.post('/rule-acts/1/reversal')).status, 403, 'who may only see it undoes nothing');
  for (const path of ['/rules', '/rules/1', '/rules/1/acts']) t.is((await jan.get(path)).status, 403, path);

  t.is((await anna.post('/rule-acts/1/reversal', { from: 'rule' })).location, '/rules/1/acts');
  t.regex((await anna.get('/rules/1/acts')).text, /cofnięto[\s\S]*Cofnięto działanie reguły/);
  t.is((await scope.db('conversations').where({ id: 2 }).first('folder_id')).folder_id, 1);
  await anna.post('/rules/1/switch', { enabled: 'off' });
  t.regex((await anna.get('/rules')).text, /wyłączona/);

  const body = { name: 'Druga', conditions: [{ field: 'sender', operator: 'ends', values: ['@klient.test'] }], actions: { close: true } };
  const made = await api('POST', '/rules', body);
  t.like(made, { status: 201, json: { id: 2, enabled: true, answers: false, broken: [] } });
  t.like(await api('POST', '/rule-trials', body), { status: 200, json: { looked: 2, fits: { length: 2 } } });
  t.like(await api('PATCH', '/rules/2', { position: 1, stops: true }), { status: 200, json: { name: 'Druga', stops: true } });
  t.like(await api('GET', '/rules'), { status: 200, json: { items: { 0: { id: 2 }, 1: { id: 1, enabled: false }, length: 2 } } });
  t.is((await api('PATCH', '/rules/2', { actions: { folderId: 99 } })).status, 422);
  t.like(await api('GET', '/rules/1/acts'), {
    status: 200,
    json: { items: { 0: { conversationId: 2, left: [] }, length: 1 }, next: null },
  });
  t.like(await api('GET', '/conversations/2/rule-acts'), { status: 200, json: { items: { length: 1 } } });
  t.is((await api('POST', '/rule-acts/1/reversal')).status, 409);
  await anna.post('/rules/1/removal');
  t.like(await api('DELETE', '/rules/2'), { status: 200, json: { name: 'Druga' } });
  t.regex((await anna.get('/conversations/2')).text, /Reguła „Do faktur”/, 'what it did stays in the history');
});
