import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { ADMIN } from '../support/app.ts';
import { httpClient, loggedInClient } from '../support/http-client.ts';
import { BIURO, type Office, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';
import { widgetOn } from '../support/widget.ts';

const NOTE = { name: 'Jan Żółw', email: 'Jan@Klient.test', phone: '600 100 200', text: 'Kiedy przyjdzie rower?\r\nCzekam.', lang: 'pl' };

async function office(t: ExecutionContext<unknown>, settings: Parameters<typeof widgetOn>[1] = {}): Promise<Office> {
  const app = await officeFor(t);
  await widgetOn(app, settings);
  return app;
}

const noted = (app: Office) =>
  until('the note is a message', () => app.scope.db('messages').first('id', 'subject', 'text', 'conversation_id'));

test('while it is off nothing of it answers strangers, and a page of settings says where the code goes', async (t) => {
  const app = await officeFor(t);
  const visitor = httpClient(app.base);
  for (const path of ['/widget.js', '/widget/frame.css', '/widget/face', '/widget']) t.is((await visitor.get(path)).status, 404, path);
  await visitor.get('/login');
  t.is((await visitor.post('/widget', NOTE)).status, 404);
  const anna = await loggedInClient(app.base, ADMIN);
  const page = (await anna.get('/widget/settings')).text;
  t.true(page.includes('/widget.js&quot;&gt;&lt;/script&gt;'));
  t.true(page.includes(BIURO));
  t.false(page.includes('src="/widget.js"'), 'no example of what is off');
});

test('an administrator sets it up, wrong values are named beside their fields and nothing typed is lost', async (t) => {
  const app = await officeFor(t);
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get('/widget/settings');
  const form = {
    isOn: 'on',
    sites: 'firma.pl\nhttps://www.firma.pl/',
    colour: '#7318B6',
    side: 'left',
    offsetX: '150',
    offsetY: '150',
    greeting: '',
    showsAgent: 'on',
  };
  for (const [wrong, said] of [
    [{ sites: '' }, 'Podaj adres strony'],
    [{ sites: "firma.pl 'unsafe-inline'" }, 'Wpisz same adresy stron'],
    [{ colour: 'red' }, 'sześć cyfr szesnastkowych'],
    [{ offsetX: '401' }, 'od 0 do 400'],
    [{ greeting: 'x'.repeat(201) }, 'za długi'],
  ] as const) {
    const answer = await anna.post('/widget/settings', { ...form, ...wrong });
    t.is(answer.status, 422, said);
    t.true(answer.text.includes(said), said);
    t.true(answer.text.includes('value="150"'), 'what was typed stays');
  }
  t.is((await anna.post('/widget/settings', form)).location, '/widget/settings');
  const { text, headers } = await httpClient(app.base).get('/widget.js');
  t.true(text.includes('"side":"left","offsetX":150,"offsetY":150,"colour":"#7318b6","ink":"#ffffff"'));
  t.is(headers.get('cross-origin-resource-policy'), 'cross-origin');
  const audit = await app.scope.db('events').where({ type: 'settings.changed' }).whereLike('data', '%widget%');
  t.is(audit.length, 1);
});

test('what a visitor writes is a message of his in the default inbox, whatever he puts into the fields', async (t) => {
  const app = await office(t);
  const visitor = httpClient(app.base);
  const page = await visitor.get('/widget?lang=pl&page=https%3A%2F%2Ffirma.pl%2Frowery%3Fid%3D7');
  t.is(page.status, 200);
  t.is(visitor.cookies.size, 0, 'no cookie is set on other people’s pages');
  t.regex(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'self' https:\/\/firma\.pl;/);
  t.is(page.headers.get('x-frame-options'), null);
  const wild = { ...NOTE, name: 'Jan\r\nBcc: wszyscy@klient.test <script>', page: 'https://firma.pl/rowery?id=7' };
  t.is((await visitor.post('/widget', wild)).location, '/widget?lang=pl&sent=1');
  t.true((await visitor.get('/widget?lang=pl&sent=1')).text.includes('wiadomość dotarła'));
  const message = await noted(app);
  t.is(message.subject, 'Kiedy przyjdzie rower?');
  t.is(message.text.trim(), 'Kiedy przyjdzie rower?\nCzekam.\n\nTelefon: 600 100 200\nStrona: https://firma.pl/rowery?id=7');
  const anna = await loggedInClient(app.base, ADMIN);
  const talk = (await anna.get(`/conversations/${message.conversation_id}`)).text;
  t.true(talk.includes('Jan Bcc: wszyscy@klient.test &lt;script&gt;'));
  t.false(talk.includes('callout is-bad'), 'it is not called a pretence');
  const raw = await app.scope.db('raw_inbound').first('envelope');
  t.like(JSON.parse(raw.envelope), { source: 'website', mailFrom: 'jan@klient.test' });
});

test('a page that is not the company’s is not named in the message, and the visitor’s language is the page’s', async (t) => {
  const app = await office(t);
  const visitor = httpClient(app.base);
  t.true((await visitor.get('/widget?lang=en&page=https%3A%2F%2Fobca.test%2F')).text.includes('Any questions? Write to us'));
  t.is((await visitor.post('/widget', { ...NOTE, phone: '', lang: 'en', page: 'https://obca.test/' })).location, '/widget?lang=en&sent=1');
  t.is((await noted(app)).text.trim(), 'Kiedy przyjdzie rower?\nCzekam.');
});

test('what cannot be taken comes back with its text: a wrong field, our own address, no room, too many', async (t) => {
  const app = await office(t);
  const visitor = httpClient(app.base);
  await visitor.get('/widget');
  const refused = async (form: object, status: number, said: string) => {
    const answer = await visitor.post('/widget', { ...NOTE, ...form });
    t.is(answer.status, status, said);
    t.true(answer.text.includes(said), said);
    t.true(answer.text.includes('Czekam.') || 'text' in form, 'the text stays');
    return answer;
  };
  await refused({ email: 'jan' }, 422, 'To nie jest adres e-mail');
  await refused({ name: ' ' }, 422, 'To pole jest wymagane');
  await refused({ text: 'x'.repeat(10_001) }, 422, 'za długi');
  await refused({ email: BIURO }, 422, 'To nasz adres');
  t.is((await app.api('PATCH', '/storage', { items: [{ inboxId: null, limit: 1 }] })).status, 200);
  await app.mail({ from: 'ktos@klient.test', subject: 'Coś' });
  // What is in use is looked at every three seconds; five messages are free.
  await until('there is no room', async () => {
    await wait(1_500);
    const answer = await visitor.post('/widget', NOTE);
    return answer.status === 503 && answer.text.includes('tekst zostaje') && answer.text.includes('Czekam.');
  });
  t.is((await app.api('PATCH', '/storage', { items: [{ inboxId: null, limit: null }] })).status, 200);
  const last = await until('he has to wait', async () => {
    const answer = await visitor.post('/widget', NOTE);
    return answer.status === 429 ? answer : null;
  });
  t.true(last.text.includes('Wysłano stąd już kilka wiadomości'));
  t.true(last.text.includes('Czekam.'));
  t.true(Number(last.headers.get('retry-after')) > 0);
});

test('nothing is taken without the token of our own page, nor from a form of another site', async (t) => {
  const app = await office(t);
  const visitor = httpClient(app.base);
  await visitor.get('/widget');
  const _csrf = visitor.csrf();
  await visitor.get('/login');
  t.is((await visitor.post('/login', { ...ADMIN, _csrf })).status, 403, 'it is good for this form alone');
  t.is((await visitor.post('/widget', { ...NOTE, _csrf: '' })).status, 403);
  t.is((await visitor.post('/widget', { ...NOTE, _csrf: _csrf.replace(/.$/, '!') })).status, 403);
  t.is((await visitor.post('/widget', { ...NOTE, _csrf }, { Origin: 'https://firma.pl' })).status, 403);
  t.is((await app.scope.db('raw_inbound')).length, 0);
});

test('a form that stayed open until it was too old comes back with what was written in it, and is taken then', async (t) => {
  const app = await office(t);
  const visitor = httpClient(app.base);
  await visitor.get('/widget?lang=pl');
  const old = await visitor.post('/widget', { ...NOTE, _csrf: 'x.x' });
  t.is(old.status, 403);
  t.regex(old.headers.get('content-security-policy') ?? '', /frame-ancestors 'self' https:\/\/firma\.pl/, 'the website shows it');
  for (const part of ['Jan Żółw', 'Kiedy przyjdzie rower?', 'Wyślij ją jeszcze raz']) t.true(old.text.includes(part), part);
  t.is((await app.scope.db('raw_inbound')).length, 0);
  t.is((await visitor.post('/widget', NOTE)).status, 303);
  t.regex((await noted(app)).text, /Kiedy przyjdzie rower/);
});
