import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { version } from '../../core/boot/version.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createNews } from '../../core/news/news.ts';
import { newsRoutes } from '../../core/news/routes.ts';
import { createUpdates } from '../../core/updates/watch.ts';
import { accountsWeb } from '../support/accounts.ts';

const OFF = createUpdates(null, '0.2.0', () => new Date(), silentLog);
const OLD = '## 0.1.0\n### For everybody\n- Old.\n  - pl: Stare.\n';
const NEW = `## 0.2.0
### For everybody
- Press [h](/conversations).
  - pl: Naciśnij [h](/conversations) <b>.
### For administrators
- An audit.
  - pl: Audyt zmian.
${OLD}`;

test('an update is news to those who were here before it, until they open the page', async (t) => {
  const web = await accountsWeb(t, undefined, newsRoutes(createNews(NEW), OFF));
  const { scope, clock } = web;
  await createNews(OLD).noteVersion(scope);
  const minute = (): void => {
    clock.now = new Date(clock.now.getTime() + 60_000);
  };
  minute();
  const jan = await web.agent('Jan');
  const old = createNews(OLD);
  await old.noteVersion(scope);
  t.false(await old.hasUnread(scope, jan.id), 'what he began with is not new');

  minute();
  const updated = createNews(NEW);
  await updated.noteVersion(scope);
  t.true(await updated.hasUnread(scope, jan.id));
  minute();
  const ola = await web.agent('Ola');
  t.false(await updated.hasUnread(scope, ola.id), 'to somebody new nothing is');

  minute();
  await updated.noteVersion(scope);
  t.true(await updated.hasUnread(scope, jan.id), 'another start changes nothing');
  await updated.markRead(scope, jan.id);
  t.false(await updated.hasUnread(scope, jan.id));
  t.false(await createNews(NEW).hasUnread(scope, jan.id), 'and after a restart');
});

test('the page shows an agent what is for everybody, an administrator all, each in his language, and is read by opening it', async (t) => {
  const news = createNews(NEW);
  const web = await accountsWeb(t, undefined, newsRoutes(news, OFF));
  const jan = await web.agent('Jan');
  const ewa = await web.agent('Ewa', 'administrator');
  web.clock.now = new Date(web.clock.now.getTime() + 60_000);
  await news.noteVersion(web.scope);
  t.true(await news.hasUnread(web.scope, jan.id));
  const { text } = await jan.client.get('/news');
  t.true(text.includes('Naciśnij <a href="/conversations">h</a> &lt;b&gt;.'));
  t.true(text.includes('Stare.'));
  t.false(text.includes('Audyt zmian.'));
  t.false(await news.hasUnread(web.scope, jan.id));
  t.true(await news.hasUnread(web.scope, ewa.id));
  t.true((await ewa.client.get('/news')).text.includes('Audyt zmian.'));
  await ewa.client.post('/language', { language: 'en' });
  t.true((await ewa.client.get('/news')).text.includes('An audit.'));
});

test('the CHANGELOG of this version can be read by everybody in both languages', async (t) => {
  const changelog = readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
  t.is(/^## (\S+)/m.exec(changelog)?.[1], version());
  const web = await accountsWeb(t, undefined, newsRoutes(createNews(changelog), OFF));
  const { client } = await web.agent('Ewa', 'administrator');
  t.true((await client.get('/news')).text.includes('Aktualności'));
  await client.post('/language', { language: 'en' });
  t.true((await client.get('/news')).text.includes('What’s new'));
});
