import test from 'ava';
import { KEY_ACTS } from '../../core/lib/keys.ts';
import { accountsWeb } from '../support/accounts.ts';

const usual = Object.fromEntries(KEY_ACTS.map((act, at) => [`key-${at}`, act]));
const fieldOf = (act: (typeof KEY_ACTS)[number]): string => `key-${KEY_ACTS.indexOf(act)}`;

test('an agent gives acts keys of his own or none, and every page says and obeys them', async (t) => {
  const web = await accountsWeb(t);
  const [jan, ewa] = [await web.agent('Jan'), await web.agent('Ewa')];
  t.regex((await jan.client.get('/profile')).text, / data-keys="\{\}"/);
  await jan.client.get('/profile/keys');
  const changed = { ...usual, [fieldOf('b')]: 'p', [fieldOf('/')]: '' };
  t.is((await jan.client.post('/profile/keys', changed)).location, '/profile/keys');
  const page = (await jan.client.get('/profile/keys')).text;
  t.true(
    page.includes('data-keys="{&quot;b&quot;:&quot;&quot;,&quot;/&quot;:&quot;&quot;,&quot;p&quot;:&quot;b&quot;}"'),
    page.slice(0, 2_000),
  );
  t.regex(page, /href="\/notifications" data-key="b" aria-keyshortcuts="p" title="[^"]*\(p\)"/);
  t.regex(page, /aria-label="[^"]*" data-key="\/" autocomplete/, 'an act without a key says none');
  t.true(page.includes('Wyłączony; zwykle: /') && page.includes('Zwykle: b'));
  t.regex((await ewa.client.get('/profile/keys')).text, / data-keys="\{\}"[\s\S]*aria-keyshortcuts="b"/);

  const clash = await jan.client.post('/profile/keys', { ...usual, [fieldOf('e')]: 'n', [fieldOf('l')]: 'ab' });
  t.is(clash.status, 422);
  t.is([...clash.text.matchAll(/Ten sam klawisz ma: [^<]+</g)].length, 2, 'both that clash are named');
  t.true(clash.text.includes('Wpisz jeden znak, nie spację.'));
  t.is((await jan.client.post('/profile/keys/defaults')).location, '/profile/keys');
  t.regex((await jan.client.get('/profile')).text, / data-keys="\{\}"/);
});
