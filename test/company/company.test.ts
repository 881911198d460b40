import test from 'ava';
import { acknowledgementOf, saveAcknowledgement } from '../../core/acknowledgements/save.ts';
import { previewOf } from '../../core/acknowledgements/view.ts';
import { readLetterValues } from '../../core/canned-responses/facts.ts';
import { fillLetter } from '../../core/canned-responses/fill.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { markOf } from '../../core/canned-responses/variables.ts';
import { changeCompany, removeVariable } from '../../core/company/change.ts';
import { companyValues, readCompany, usesOf } from '../../core/company/read.ts';
import { companyRoutes } from '../../core/company/routes.ts';
import type { Scope } from '../../core/db/scope.ts';
import { footerFor } from '../../core/footers/fill.ts';
import { saveFooter } from '../../core/footers/save.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { houseFor } from '../support/house.ts';
import { httpClient } from '../support/http-client.ts';
import { signIn } from '../support/web.ts';
import { workspaceFor } from '../support/workspace.ts';

const CANNED = { folder: '', channel: null, subject: '', html: null };
const ACCOUNT = { name: 'numer_konta', label: 'Numer konta', value: 'PL 12 3456' };
const changedSettings = async ({ db }: Scope): Promise<readonly string[]> =>
  (await db('events').where({ type: 'settings.changed' }).orderBy('id')).map((row: { data: string }) => JSON.parse(row.data).key);

test('what the company says of itself is in templates, footers and confirmations, and what is empty is treated as every variable', async (t) => {
  const { scope, agentId, inboxId } = await houseFor(t);
  await changeCompany(scope, { fields: { phone: ' +48 22 1 ', address: 'Polna 1\r\n00-001 <Warszawa>' }, variables: [ACCOUNT] });
  t.deepEqual(await changedSettings(scope), ['company.address', 'company.phone', 'company.numer_konta']);
  const values = await readLetterValues(scope, agentId, { conversationId: null, inbox: null, contactName: '' });
  const text = 'Tel. {{ company.phone }}, {{ company.numer_konta | downcase }}, {{ company.www }}';
  const html = '<p>{{ company.address }}</p>' as SafeHtml;
  const filled = fillLetter({ subject: '{{ company.address }}', text, html: null }, values, markOf);
  t.deepEqual(filled, { subject: 'Polna 1 00-001 <Warszawa>', text: 'Tel. +48 22 1, pl 12 3456, [?company.www?]', html: null });
  t.is(fillLetter({ subject: '', text: '', html }, values, markOf).html, '<p>Polna 1<br />00-001 &lt;Warszawa&gt;</p>' as SafeHtml);

  const inbox = { id: inboxId, name: 'Biuro', address: 'biuro@firma.test', traits: { subject: true } };
  await saveFooter(scope, { agentId }, { text: 'T: {{ company.phone }} {{ company.www }}', html: '' });
  t.is((await footerFor(scope, agentId, inbox))?.text, 'T: +48 22 1');

  const confirmation = {
    inboxId,
    enabled: false,
    language: 'pl',
    subject: 'Nr {{ conversation.number }}',
    text: 'Konto {{ company.numer_konta }}.',
  } as const;
  await saveAcknowledgement(scope, confirmation);
  const names = { inboxName: 'Biuro', company: 'Firma', companyValues: await companyValues(scope) };
  t.is(previewOf(confirmation, names).text, 'Konto PL 12 3456.');
  await t.throwsAsync(saveAcknowledgement(scope, { ...confirmation, text: '{{ company.phon }}' }), { code: 'invalid' });
  await t.throwsAsync(createCanned(scope, null, { ...CANNED, name: 'X', text: '{{ company.phon }}' }), { code: 'invalid' });
  for (const odd of ['constructor', '__proto__', 'toString', '__defineGetter__', 'hasOwnProperty'])
    t.is(typeof previewOf({ subject: 'x', text: `a{{ company.${odd} }}` }, names).text, 'string', odd);
});

test('a variable is deleted while nothing names it, else after it was said where', async (t) => {
  const { scope, agentId, inboxId } = await houseFor(t);
  await changeCompany(scope, { variables: [ACCOUNT, { name: 'numer', label: 'Numer', value: '7' }] });
  const [longer, shorter] = (await readCompany(scope)).own.toSorted((a, b) => b.name.length - a.name.length);
  if (!longer || !shorter) throw new Error('there are two');
  await createCanned(scope, null, {
    ...CANNED,
    name: 'Faktura',
    text: '{% if company.numer_konta != "" %}{{ company.numer_konta }}{% endif %}',
  });
  await createCanned(scope, agentId, { ...CANNED, name: 'Moja', text: 'x', subject: '{{ company.numer_konta }}' });
  await saveFooter(scope, { inboxId }, { text: '', html: '<p>{{ company.numer_konta }}</p>' });
  const letter = { inboxId, enabled: true, language: 'pl', subject: 'Nr', text: 'Konto {{ company.numer_konta }}.' } as const;
  await saveAcknowledgement(scope, letter);

  t.deepEqual(
    (await usesOf(scope, 'numer_konta')).map(({ kind }) => kind),
    ['canned_response', 'own_canned_response', 'inbox_footer', 'acknowledgement'],
  );
  t.deepEqual(await usesOf(scope, 'numer'), [], 'another name begins like it');
  await removeVariable(scope, shorter.id, false);
  const refused = await t.throwsAsync(removeVariable(scope, longer.id, false), { code: 'variable_in_use' });
  t.regex(refused?.message ?? '', /canned response "Faktura"/);
  await removeVariable(scope, longer.id, true);
  const names = { inboxName: 'Biuro', company: 'Firma', companyValues: await companyValues(scope) };
  const stored = await acknowledgementOf(scope, inboxId);
  t.is(stored && previewOf(stored, names).text, 'Konto .', 'a confirmation goes on');
});

test('an administrator keeps the details of the company and variables of its own in the settings', async (t) => {
  const { anna, base, piotr, scope } = await workspaceFor(t, {}, companyRoutes());
  t.true((await anna.get('/company')).text.includes('{{ company.tax_number }}'));
  t.is((await anna.post('/company/variables', { label: 'Numer  konta', value: 'PL 1' })).location, '/company');
  t.is((await anna.post('/company/variables', { label: 'Numer konta', value: '' })).status, 422);
  for (const label of ['', '123', 'Phone', 'x'.repeat(81)]) {
    const answer = await anna.post('/company/variables', { label, value: 'tekst' });
    t.true(answer.status === 422 && answer.text.includes('>tekst</textarea>'), label);
  }
  t.is((await anna.post('/company', { phone: '22 1', 'value-numer_konta': 'PL 2' })).location, '/company');
  t.is((await anna.post('/company', { phone: '22 2', 'value-numer_konta': 'x'.repeat(1_001) })).status, 422);
  const { fields, own } = await readCompany(scope);
  t.is(fields.phone, '22 1', 'all or nothing');
  t.like(own, { 0: { name: 'numer_konta', label: 'Numer konta', value: 'PL 2' }, length: 1 });

  t.true(
    (await anna.get('/canned-responses/company/new')).text.includes(
      'data-put="{{ company.numer_konta }}" title="{{ company.numer_konta }}">Numer konta',
    ),
  );
  await anna.post('/canned-responses/company', {
    name: 'Przelew',
    text: '{{ company.numer_konta }}',
    html: '',
    folder: '',
    subject: '',
    channel: '',
  });
  const asked = await anna.get('/company/variables/1/removal');
  t.true(asked.text.includes('szablon „Przelew”') && asked.text.includes('Usuń mimo to'));
  t.is((await anna.post('/company/variables/1/removal', {})).status, 409);
  t.is((await anna.post('/company/variables/1/removal', { evenIfUsed: 'yes' })).location, '/company');
  t.is((await anna.get('/company/variables/1/removal')).status, 404);
  const ordinary = httpClient(base);
  signIn(ordinary, piotr);
  t.is((await ordinary.get('/company')).status, 403);
});
