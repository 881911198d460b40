import test from 'ava';
import { readGeneral } from '../../core/settings/general.ts';
import { accountsWeb } from '../support/accounts.ts';

const FORM = { companyName: 'Rowery Nowak', terms: '', privacy: '', defaultLanguage: 'en' };

test('a new company name is on the next page, and only changed settings are announced', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/settings');
  t.is((await client.post('/settings', FORM)).location, '/settings');
  t.true((await client.get('/settings')).text.includes('value="Rowery Nowak"'));
  t.true((await web.visitor().get('/login')).text.includes('Rowery Nowak'));
  const before = await web.scope.db('events').where({ type: 'settings.changed' });
  t.deepEqual(before.map((row: { data: string }) => JSON.parse(row.data).key).sort(), ['company.name', 'language.default']);
  await client.post('/settings', FORM);
  t.is((await web.scope.db('events').where({ type: 'settings.changed' })).length, 2);
});

test('settings without a company name are refused and nothing is changed', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/settings');
  for (const wrong of [
    { companyName: ' ' },
    { companyName: 'x'.repeat(121) },
    { defaultLanguage: 'de' },
    { maxAttachments: '2' },
    { maxAttachments: '51' },
    { maxMessageMb: '35' },
    { maxMessageMb: '0' },
    { otherSubject: 'never' },
  ])
    t.is((await client.post('/settings', { ...FORM, ...wrong })).status, 422, JSON.stringify(wrong));
  t.deepEqual(await readGeneral(web.scope), {
    companyName: '',
    terms: '',
    privacy: '',
    support: '',
    defaultLanguage: 'pl',
    undoSeconds: 10,
    maxAttachments: 10,
    maxMessageMb: 20,
    timeZone: 'Europe/Warsaw',
    otherSubject: 'ask',
  });
});

test('an administrator is warned when people reach the product without encryption', async (t) => {
  const warning = 'bez szyfrowania';
  for (const [publicUrl, isWarned] of [
    ['http://centrala.example.test', true],
    ['http://127.0.0.1:8080', false],
    ['http://localhost:8080', false],
  ] as const) {
    const web = await accountsWeb(t, publicUrl);
    const { client } = await web.agent('Ewa', 'administrator');
    t.is((await client.get('/settings')).text.includes(warning), isWarned, publicUrl);
  }
});
