import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { isPostgres } from '../../core/db/dialect.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import { unreadableRoutes } from '../../core/ingest/routes.ts';
import { countUnmatched, listUnmatched } from '../../core/ingest/store.ts';
import { listUnmatchedReports } from '../../core/ingest/unreadable.ts';
import type { Endpoints } from '../../core/messages/endpoint.ts';
import { corpusFiles } from '../support/corpora.ts';
import { scopeFor } from '../support/db.ts';
import { MAIL_TRAITS } from '../support/house.ts';
import { httpClient } from '../support/http-client.ts';
import { anInbox, pipeline, rawText } from '../support/ingest.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

const EMAIL = new URL('../../plugins/email/inbound/interpret.ts', import.meta.url);

/** The pipeline with the real e-mail interpreter and the real end, and a mail server's bounce from the corpus kept in it. */
async function withBounce(t: ExecutionContext) {
  const address = 'support@example.com';
  const endpoints: Endpoints = {
    find: (id) => ({
      id,
      name: 'Support',
      address,
      traits: MAIL_TRAITS,
      canSend: true,
      policy: null,
      ownerId: null,
      newExternalId: () => 'x@example.com',
    }),
    isOurDomain: () => false,
    isOurs: (asked) => asked === address,
  };
  const parts = await pipeline(t, {
    inboxOf: async () => ({ address, name: 'Support', interpreter: EMAIL }),
    receive: (tx, record, items) => receiveInbound(tx, endpoints, record, items),
  });
  const { scope, blobs, pump, spool, inboxId } = parts;
  const [file = ''] = await corpusFiles('sisimai-bounces', '**/lhost-postfix-03.eml');
  const bounce = readFileSync(file, 'latin1').replace(/\r?\n/g, '\r\n');
  await spool.keep(rawText(inboxId, bounce, { contentType: 'message/rfc822', envelope: { mailFrom: '' } }));
  await pump.idle();
  const inboxOf = () => ({ name: 'Biuro' }) as never;
  const routes = unreadableRoutes({ blobs, pump, inboxOf, scanNow: async () => null });
  const { base } = await web(t, routes, { scope, renderer: strictRenderer() });
  const administrator = httpClient(base);
  signIn(administrator, 1);
  return { ...parts, bounce, administrator };
}

test('a bounce about nothing that we sent opens no conversation, and an administrator sees it, its original and why', async (t) => {
  const { scope, administrator, bounce } = await withBounce(t);
  t.like(await scope.db('raw_inbound').first(), {
    status: 'report',
    error: 'report_unmatched: about a message that this inbox did not send',
  });
  t.deepEqual(await scope.db('conversations').pluck('id'), []);
  t.deepEqual(await scope.db('events').pluck('type'), ['report.unmatched']);
  const { text } = await administrator.get('/unreadable');
  for (const part of ['Wszystko zostało odczytane', 'Zwrotki, do których nie mamy wiadomości', 'Wiadomość bez nadawcy', 'did not send'])
    t.true(text.includes(part), part);
  const [, raw = ''] = /href="(\/unreadable\/\d+\/raw)"/.exec(text) ?? [];
  t.is((await administrator.get(raw)).text, bounce);
});

test('trying an unmatched report again reads it once more, and it comes back to the list when nothing matches still', async (t) => {
  const { scope, administrator, pump } = await withBounce(t);
  const [, path = ''] = /action="(\/unreadable\/\d+\/attempts)"/.exec((await administrator.get('/unreadable')).text) ?? [];
  t.is((await administrator.post(path)).status, 303);
  await pump.idle();
  t.is(await countUnmatched(scope), 1);
  await scope.db('raw_inbound').update({ error: 'the delivery is bounced already' });
  t.false((await administrator.get('/unreadable')).text.includes('Zwrotki'));
  t.is((await administrator.post(path)).status, 303);
  t.is((await scope.db('raw_inbound').first()).status, 'report', 'a report that found its message is left as it is');
});

test('long lists of unmatched reports come in pages without gaps, beside the parked mail', async (t) => {
  const { scope, administrator } = await withBounce(t);
  const { id: _, ...row } = await scope.db('raw_inbound').first();
  for (let n = 0; n < 59; n += 1) await scope.db('raw_inbound').insert({ ...row, spool_id: `copy ${n}` });
  const page = await administrator.get('/unreadable');
  const [, next = ''] = /href="(\/unreadable\?reports=[^"]+)"/.exec(page.text) ?? [];
  const rest = await administrator.get(next, { 'HX-Request': 'true' });
  t.false(rest.text.includes('<h2'));
  const ids = [...`${page.text}${rest.text}`.matchAll(/\/unreadable\/(\d+)\/raw/g)].map(([, id]) => Number(id));
  t.deepEqual(
    ids,
    Array.from({ length: 60 }, (_, n) => (ids[0] ?? 0) - n),
  );
  t.is((await listUnmatchedReports(scope, null)).total, 60);
  t.true((await administrator.get(next)).text.includes('<h2'), 'the link works without JavaScript');
});

test('the list of unmatched reports is read in the order of its index, however many reports there are', async (t) => {
  const scope = await scopeFor(t);
  const { db } = scope;
  const inboxId = await anInbox(scope);
  const at = scope.now().toISOString();
  await db('blobs').insert({ sha256: 'a', bytes: 1, created_at: at });
  await db.raw(
    `insert into raw_inbound (spool_id, inbox_id, content_type, envelope, blob_sha256, bytes, status, error, received_at)
     with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000)
     select 's' || i, ?, 'x', '{}', 'a', 1, case when i % 3 = 0 then 'received' else 'report' end, case when i % 50 = 1 then 'report_unmatched: x' end, ? from n`,
    [inboxId, at],
  );
  if (isPostgres(db)) await db.raw('analyze');
  const statements: string[] = [];
  db.on('query', ({ sql, bindings }: { sql: string; bindings: readonly unknown[] }) => {
    statements.push(bindings.reduce<string>((text, value, at) => text.replace(isPostgres(db) ? `$${at + 1}` : '?', String(value)), sql));
  });
  t.is((await listUnmatched(scope, { cursor: null, limit: 20 })).items.length, 20);
  const plan = JSON.stringify(await db.raw(`explain ${isPostgres(db) ? '' : 'query plan '}${statements[0]}`));
  t.regex(plan, /raw_inbound_unmatched/);
  t.notRegex(plan, /TEMP B-TREE|Seq Scan|Sort Key/);
});
