import test, { type ExecutionContext } from 'ava';
import { listItems } from '../../core/ledger/items.ts';
import { ledgerRoutes } from '../../core/ledger/routes.ts';
import { dayOf } from '../../core/lib/day.ts';
import { httpClient } from '../support/http-client.ts';
import { pipeline, rawText } from '../support/ingest.ts';
import { planOf } from '../support/queries.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

async function site(t: ExecutionContext) {
  const parts = await pipeline(t);
  const { scope, spool, inboxId } = parts;
  const routes = ledgerRoutes({ spool, compared: async () => [], inboxes: () => [{ id: inboxId, name: 'Biuro' }] });
  const { base } = await web(t, routes, { scope, renderer: strictRenderer() });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  const keep = async (...texts: string[]): Promise<void> => {
    for (const text of texts) await spool.keep(rawText(inboxId, text, { envelope: { mailFrom: 'jan@<b>klient</b>.test' } }));
    await parts.pump.idle();
  };
  return { ...parts, administrator, ordinary, keep };
}

test('The balance says that nothing was accepted yet, then that everything adds up', async (t) => {
  const { administrator, keep } = await site(t);
  t.true((await administrator.get('/ledger')).text.includes('Nie przyjęto jeszcze żadnej wiadomości'));
  await keep('from: a\n\none', 'throw');
  const page = await administrator.get('/ledger');
  t.is(page.status, 200);
  t.true(page.text.includes('Wszystko się zgadza: 2 przyjęte wiadomości, różnica 0.'));
});

test('Each number of the balance leads to the list behind it, with state, reason and original', async (t) => {
  const { administrator, keep, scope } = await site(t);
  await keep('from: a\n\none', 'throw');
  const page = await administrator.get('/ledger');
  const href = `/ledger/items?day=${dayOf(scope.now())}&amp;status=failed`;
  t.true(page.text.includes(`href="${href}"`));
  const list = await administrator.get(href.replaceAll('&amp;', '&'));
  for (const text of ['nieczytelna', 'uszkodzona', 'jan@&lt;b&gt;klient', 'Biuro', '/raw"', 'Spróbuj ponownie'])
    t.true(list.text.includes(text), text);
  t.false(list.text.includes('odebrana'));
  const all = await administrator.get('/ledger/items?inbox=1');
  t.true(all.text.includes('odebrana') && all.text.includes('nieczytelna'));
});

test('The list behind a number offers no original that was deleted, nor one with a virus, and says so', async (t) => {
  const { administrator, keep, scope } = await site(t);
  await keep('from: a\n\none', 'from: a\n\ntwo', 'from: a\n\nthree');
  await scope.db('raw_inbound').where({ id: 1 }).update({ purged_at: '2026-11-20T02:47:00.000Z' });
  await scope
    .db('raw_inbound')
    .where({ id: 2 })
    .update({ virus_state: 'infected', virus_name: 'Eicar', judged_at: '2026-11-20T02:47:00.000Z' });
  const { text } = await administrator.get('/ledger/items');
  t.deepEqual(
    [...text.matchAll(/\/unreadable\/(\d+)\/raw/g)].map(([, id]) => id),
    ['3'],
  );
  t.regex(text, /id="raw-1"[\s\S]*usunięta na dobre 20/);
  t.regex(text, /id="raw-2"[\s\S]*Zawiera wirusa: Eicar[\s\S]*id="raw-1"/);
});

test('A difference is shown as an alarm that says what to run', async (t) => {
  const { administrator, keep, scope } = await site(t);
  await keep('from: a\n\none', 'from: a\n\ntwo');
  await scope.db('raw_inbound').where({ id: 1 }).del();
  const page = await administrator.get('/ledger');
  t.true(page.text.includes('Bilans się nie zgadza, różnica: 1.'));
  t.true(page.text.includes('centrala ledger verify'));
});

test('The list behind a number comes in pages without gaps', async (t) => {
  const { administrator, keep, scope } = await site(t);
  await keep('from: a\n\none');
  const { id: _, ...row } = await scope.db('raw_inbound').first();
  for (let n = 0; n < 59; n += 1) await scope.db('raw_inbound').insert({ ...row, spool_id: `copy ${n}` });
  const page = await administrator.get('/ledger/items?status=received');
  const [, next = ''] = /href="(\/ledger\/items\?status=received&amp;cursor=[^"]+)"/.exec(page.text) ?? [];
  const rest = await administrator.get(next.replaceAll('&amp;', '&'), { 'HX-Request': 'true' });
  const ids = [...`${page.text}${rest.text}`.matchAll(/\/unreadable\/(\d+)\/raw/g)].map(([, id]) => Number(id));
  t.is(ids.length, 60);
  t.is(new Set(ids).size, 60);
  t.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  );
});

test('Balance and lists are for administrators only, and odd addresses show them unfiltered', async (t) => {
  const { administrator, ordinary, keep } = await site(t);
  await keep('from: a\n\none');
  for (const path of ['/ledger', '/ledger/items']) t.is((await ordinary.get(path)).status, 403, path);
  for (const path of ['/ledger?before=x&inbox=y', '/ledger/items?day=2026-02-30&status=%00&inbox=-1&cursor=AAAA'])
    t.is((await administrator.get(path)).status, 200, path);
});

test('No query of the balance reads rows in proportion to what was ever kept', async (t) => {
  const { scope } = await site(t);
  const statements: { sql: string; bindings: readonly unknown[] }[] = [];
  scope.db.on('query', ({ sql, bindings }: { sql: string; bindings: readonly unknown[] }) => statements.push({ sql, bindings }));
  await listItems(scope, { day: '2026-11-26', inboxId: null, status: 'received', cursor: null });
  await listItems(scope, { day: null, inboxId: null, status: 'failed', cursor: null });
  scope.db.removeAllListeners('query');
  for (const { sql, bindings } of statements.filter(({ sql }) => sql.includes('raw_inbound'))) {
    const plan = await planOf(scope.db, sql, bindings);
    t.regex(plan, /raw_inbound_by_day|raw_inbound_status_id/, `${sql}\n${plan}`);
    t.notRegex(plan, /TEMP B-TREE|Seq Scan/, `${sql}\n${plan}`);
  }
});
