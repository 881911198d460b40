import test, { type ExecutionContext } from 'ava';
import { unreadableRoutes } from '../../core/ingest/routes.ts';
import { httpClient } from '../support/http-client.ts';
import { pipeline, rawText } from '../support/ingest.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

async function site(t: ExecutionContext) {
  const parts = await pipeline(t);
  const { scope, blobs, pump } = parts;
  const routes = unreadableRoutes({ blobs, pump, inboxOf: () => ({ name: 'Biuro' }) as never, scanNow: async () => null });
  const { base } = await web(t, routes, { scope, renderer: strictRenderer() });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  return { ...parts, administrator, ordinary };
}

test('Settings → Unreadable says that everything was read while nothing is parked', async (t) => {
  const { administrator } = await site(t);
  const page = await administrator.get('/unreadable');
  t.is(page.status, 200);
  t.true(page.text.includes('Wszystko zostało odczytane'));
});

test('A parked mail is listed with sender, inbox and reason, and its original can be downloaded byte for byte', async (t) => {
  const { administrator, spool, pump, inboxId } = await site(t);
  await spool.keep(rawText(inboxId, 'throw <b>this</b> żółć', { envelope: { mailFrom: '<script>x</script>@example.com' } }));
  await pump.idle();
  const page = await administrator.get('/unreadable');
  for (const text of ['1 wiadomość czeka na decyzję', 'Biuro', '&lt;script&gt;x', 'no colon in the first line', 'uszkodzona'])
    t.true(page.text.includes(text), text);
  t.false(page.text.includes('<script>x'));
  const [, id] = /\/unreadable\/(\d+)\/raw/.exec(page.text) ?? [];
  const raw = await administrator.get(`/unreadable/${id}/raw`);
  t.is(raw.text, 'throw <b>this</b> żółć');
  t.is(raw.headers.get('content-type'), 'application/octet-stream');
  t.is(raw.headers.get('content-disposition'), `attachment; filename="message-${id}.bin"`);
});

test('The original of a mail with a virus is given to nobody by its number, and one that was deleted is gone', async (t) => {
  const { administrator, scope, spool, pump, inboxId } = await site(t);
  for (const text of ['from: a\n\none', 'from: a\n\ntwo']) await spool.keep(rawText(inboxId, text));
  await pump.idle();
  t.is((await administrator.get('/unreadable/1/raw')).status, 200);
  await scope
    .db('raw_inbound')
    .where({ id: 1 })
    .update({ virus_state: 'infected', virus_name: 'Eicar', judged_at: '2026-11-20T02:47:00.000Z' });
  t.is((await administrator.get('/unreadable/1/raw')).status, 403);
  await scope.db('raw_inbound').where({ id: 2 }).update({ purged_at: '2026-11-20T02:47:00.000Z' });
  t.is((await administrator.get('/unreadable/2/raw')).status, 404);
});

test('"Try again" puts a parked mail back to work, by form and by htmx', async (t) => {
  const { administrator, spool, pump, inboxId } = await site(t);
  await spool.keep(rawText(inboxId, 'throw'));
  await pump.idle();
  const page = await administrator.get('/unreadable');
  const [, path = ''] = /action="(\/unreadable\/\d+\/attempts)"/.exec(page.text) ?? [];
  const posted = await administrator.post(path);
  t.is(posted.status, 303);
  t.is(posted.location, '/unreadable');
  await pump.idle();
  t.true((await administrator.get('/unreadable')).text.includes('no colon in the first line'));
  const fragment = await administrator.post(path, {}, { 'HX-Request': 'true' });
  t.is(fragment.status, 200);
  t.false(fragment.text.includes('<html'));
  await pump.idle();
});

test('Long lists of parked mail come in pages without gaps', async (t) => {
  const { administrator, scope, spool, pump, inboxId } = await site(t);
  await spool.keep(rawText(inboxId, 'throw'));
  await pump.idle();
  const { id: _, ...row } = await scope.db('raw_inbound').first();
  for (let n = 0; n < 59; n += 1) await scope.db('raw_inbound').insert({ ...row, spool_id: `copy ${n}` });
  const page = await administrator.get('/unreadable');
  const [, next = ''] = /href="(\/unreadable\?cursor=[^"]+)"/.exec(page.text) ?? [];
  const rest = await administrator.get(next, { 'HX-Request': 'true' });
  const ids = [...`${page.text}${rest.text}`.matchAll(/\/unreadable\/(\d+)\/raw/g)].map(([, id]) => Number(id));
  t.deepEqual(
    ids,
    Array.from({ length: 60 }, (_, n) => (ids[0] ?? 0) - n),
  );
});

test('Parked mail is for administrators only', async (t) => {
  const { ordinary, administrator, spool, pump, inboxId } = await site(t);
  await spool.keep(rawText(inboxId, 'throw'));
  await pump.idle();
  const [, id] = /\/unreadable\/(\d+)\/raw/.exec((await administrator.get('/unreadable')).text) ?? [];
  t.is((await ordinary.get('/unreadable')).status, 403);
  t.is((await ordinary.get(`/unreadable/${id}/raw`)).status, 403);
  t.is((await ordinary.post(`/unreadable/${id}/attempts`)).status, 403);
  t.is((await administrator.get('/unreadable/999/raw')).status, 404);
  t.is((await administrator.get('/unreadable/x/raw')).status, 404);
});

test('The settings menu counts what is parked, for administrators only', async (t) => {
  const { administrator, ordinary, spool, pump, inboxId } = await site(t);
  const count = () => administrator.get('/unreadable/count', { 'HX-Request': 'true', 'HX-Request-Type': 'partial' });
  t.notRegex((await count()).text, /\d/);
  await spool.keep(rawText(inboxId, 'throw this'));
  await pump.idle();
  t.regex((await count()).text, /1/);
  t.is((await ordinary.get('/unreadable/count')).status, 403);
});
