// @ts-check
// JavaScript, because a thread that loads TypeScript costs 11 MB more memory for as long as it lives.
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const MAX_TAKE_BYTES = 4 * 1024 * 1024;

/** @type {{ dir: string }} */
const { dir } = workerData;
const db = new Database(join(dir, 'spool.sqlite'));
// Pages of 16 KB: a fifth faster than 4 KB with mails of 200 KB, the same with small ones.
for (const pragma of [
  'page_size = 16384',
  'journal_mode = WAL',
  'synchronous = FULL',
  'busy_timeout = 10000',
  'wal_autocheckpoint = 1000',
  'journal_size_limit = 33554432',
])
  db.pragma(pragma);
db.exec(`create table if not exists spool (
  id text primary key, inbox_ids text not null, content_type text not null, envelope text not null,
  bytes integer not null, sha256 text not null, received_at text not null, set_aside integer not null default 0, body blob
)`);
db.exec('update spool set set_aside = 0 where set_aside = 1');
const folder = openSync(join(dir, 'spool'), 'r');
const parent = openSync(dir, 'r');
fsyncSync(parent);
closeSync(parent);

const insert = db.prepare(
  'insert into spool (id, inbox_ids, content_type, envelope, bytes, sha256, received_at, body) values (?, ?, ?, ?, ?, ?, ?, ?)',
);
const remove = db.prepare('delete from spool where id = ?');
const aside = db.prepare('update spool set set_aside = 1 where id = ?');
const oldest = db.prepare('select * from spool where set_aside = 0 order by id limit ?');
const counted = db.prepare('select coalesce(sum(json_array_length(inbox_ids)), 0) from spool').pluck();
const filed = db.prepare('select id from spool where body is null').pluck();
const some = db.prepare('select 1 from spool');

const write = db.transaction((/** @type {import('./types.ts').SpoolRow[]} */ rows, /** @type {string[]} */ forget) => {
  for (const row of rows) {
    const body = row.body && Buffer.from(row.body.buffer, row.body.byteOffset, row.body.byteLength);
    const sha256 = row.sha256 ?? hash('sha256', body ?? Buffer.alloc(0), 'hex');
    insert.run(row.id, row.inboxIds, row.contentType, row.envelope, row.bytes, sha256, row.receivedAt, body);
  }
  for (const id of forget) remove.run(id);
});

/** @param {number} limit */
function take(limit) {
  const rows = [];
  let bytes = 0;
  for (const row of /** @type {Iterable<any>} */ (oldest.iterate(limit))) {
    bytes += row.body ? row.body.length : 0;
    if (rows.length > 0 && bytes > MAX_TAKE_BYTES) break;
    rows.push(row);
  }
  return rows;
}

/**
 * Gives the memory of bodies back now: this thread makes too little garbage of its own to be collected in time.
 * @param {{ body: Uint8Array<ArrayBuffer> | null }[]} rows
 */
function release(rows) {
  for (const { body } of rows) body?.buffer.transfer(0);
}

/** Nothing is read after this. */
function end() {
  db.close();
  closeSync(folder);
  return true;
}

/** @param {any} request */
function answer(request) {
  switch (request.do) {
    case 'write':
      // The name of a large body's file must be as durable as its row (RFC 5321 §6.1: 250 takes responsibility).
      if (request.rows.some((/** @type {import('./types.ts').SpoolRow} */ row) => row.body === null)) fsyncSync(folder);
      write(request.rows, request.forget);
      release(request.rows);
      return null;
    case 'take':
      return take(request.limit);
    case 'aside':
      for (const id of request.ids) aside.run(id);
      return null;
    case 'count':
      return counted.get();
    case 'files':
      return filed.all();
    case 'rest':
      return some.get() === undefined && end();
    default:
      return end();
  }
}

parentPort?.on('message', (request) => {
  try {
    const value = answer(request) ?? null;
    parentPort?.postMessage({ n: request.n, value });
    if (request.do === 'take') release(value);
  } catch (error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    parentPort?.postMessage({ n: request.n, error: { code: code ?? 'unknown', message } });
  }
  if (!db.open) parentPort?.close();
});
