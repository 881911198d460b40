import test from 'ava';
import { helpRoutes } from '../../core/help/routes.ts';
import { cacheGeneral } from '../../core/settings/cached-general.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { accountsWeb } from '../support/accounts.ts';

test('help says whom to ask in the words of the company, with the keys, the words of the search and the version', async (t) => {
  const general = cacheGeneral();
  const web = await accountsWeb(t, undefined, helpRoutes({ general, version: '7.8.9' }));
  const jan = await web.agent('Jan');
  t.true((await jan.client.get('/help')).text.includes('Zapytaj administratora'));
  await changeGeneral(web.scope, { support: 'Pisz: it@firma.pl\n<script>alert(1)</script>' });
  general.forget();
  const { text } = await jan.client.get('/help');
  t.true(text.includes('<a href="mailto:it@firma.pl" target="_blank" rel="noopener noreferrer">it@firma.pl</a>'));
  t.false(text.includes('<script>alert'));
  for (const part of [
    '7.8.9',
    'Skróty klawiszowe',
    'Szukaj dokładniej',
    'od:kowalski',
    'jest:otwarta',
    '&quot;numer umowy&quot;',
    'href="/news"',
  ])
    t.true(text.includes(part), part);
  t.false(text.includes('/settings#'), 'only an administrator is led to the settings');
});

test('an administrator writes whom to ask in the settings, where it is kept as it was written', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  await client.get('/settings');
  const form = { companyName: 'Rowery', terms: '', privacy: '', defaultLanguage: 'pl' };
  t.is((await client.post('/settings', { ...form, support: 'Jan\n+48 22 123 45 67' })).location, '/settings');
  t.true((await client.get('/settings')).text.includes('Jan\n+48 22 123 45 67'));
  t.is((await client.post('/settings', { ...form, support: 'x'.repeat(2_001) })).status, 422);
});
