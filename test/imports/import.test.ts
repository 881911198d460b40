import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readConfig } from '../../config/config.ts';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { importMail } from '../../core/imports/import-mail.ts';
import { silentLog } from '../../core/lib/log.ts';
import { start } from '../../core/main.ts';
import { centralaCommand } from '../support/cli.ts';
import { databaseTarget } from '../support/db.ts';
import { freePort } from '../support/free-port.ts';
import { officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const BIURO = 'biuro@firma.test';
const ADMIN = { CENTRALA_ADMIN_EMAIL: 'anna@firma.test', CENTRALA_ADMIN_PASSWORD: 'tajne haslo Anny 1' };

const letter = (id: string, from: string, to: string, subject: string, more = ''): string =>
  `From: ${from}\nTo: ${to}\nSubject: ${subject}\nMessage-ID: <${id}@klient.test>\n${more}Date: Mon, 2 Nov 2026 10:00:00 +0100\n\nDzień dobry\n`;

test('an archive is taken over beside a running product: threaded history of its own time, nobody told, each counted once however often', async (t) => {
  const dataDir = tempDir(t);
  const target = await databaseTarget(t, dataDir);
  const ports = { CENTRALA_HTTP_PORT: String(await freePort()), CENTRALA_SMTP_PORT: String(await freePort()) };
  const env = { CENTRALA_DATA_DIR: dataDir, ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}), ...ports, ...ADMIN };
  const cli = centralaCommand(dataDir, target, ports);
  const { scope, stop } = await start(readConfig(env), silentLog);
  t.teardown(stop);
  t.is((await cli(['inbox', 'create', '--name', 'Biuro', '--address', BIURO])).code, 0);

  const archive = tempDir(t);
  const question = letter('q1', 'Jan <jan@klient.test>', BIURO, 'Paczka');
  mkdirSync(join(archive, 'Sent'));
  writeFileSync(
    join(archive, 'Odebrane.mbox'),
    `From jan@klient.test Mon Nov  2 09:00:00 2026\n${question}\nFrom ola@klient.test Tue Nov  3 09:00:00 2026\n${letter('q2', 'ola@klient.test', BIURO, 'Faktura')}\n`,
  );
  writeFileSync(join(archive, 'kopia.eml'), question);
  writeFileSync(join(archive, 'Sent/1.eml'), letter('a1', BIURO, 'jan@klient.test', 'Re: Paczka', 'In-Reply-To: <q1@klient.test>\n'));

  const trial = await cli(['import', archive, '--inbox', BIURO, '--dry-run']);
  t.is(trial.last, '4 read, 3 would be added, 0 already here, 1 twice in the archive, 0 left out');
  t.is((await scope.db('raw_inbound')).length, 0);
  t.is(
    (await cli(['import', archive, '--inbox', BIURO])).last,
    '4 read, 3 added, 0 already here, 1 twice in the archive, 0 left out, 0 missing',
  );
  await until('all is read', async () => (await scope.db('raw_inbound').where({ status: 'received' })).length === 3, 20_000);
  const again = await cli(['import', archive, '--inbox', BIURO]);
  t.is(again.last, '4 read, 0 added, 3 already here, 1 twice in the archive, 0 left out, 0 missing');

  const messages = await scope.db('messages').orderBy('id').select('conversation_id', 'direction', 'subject', 'created_at');
  const of = (subject: string) => messages.find((one) => one.subject === subject);
  t.is(of('Paczka')?.created_at, '2026-11-02T09:00:00.000Z');
  t.is(of('Re: Paczka')?.direction, 'outbound');
  t.is(of('Re: Paczka')?.conversation_id, of('Paczka')?.conversation_id);
  t.not(of('Faktura')?.conversation_id, of('Paczka')?.conversation_id);
  t.is((await scope.db('notifications')).length, 0);
  t.is((await scope.db('deliveries').where({ status: 'queued' })).length, 0);

  const unknown = await cli(['import', archive, '--inbox', 'nikt@firma.test']);
  t.is(unknown.code, 1);
  t.regex(unknown.err, /no inbox nikt@firma\.test/);
  const nothing = await cli(['import', join(archive, 'nowhere'), '--inbox', BIURO]);
  t.is(nothing.code, 1);
  t.regex(nothing.err, /There is nothing at/);
});

test('mail of an inbox that another process has only just made is received, not set aside', async (t) => {
  const { scope, dataDir } = await officeFor(t);
  const { id: _, ...row } = await scope.db('inboxes').first();
  const [{ id }] = await scope
    .db('inboxes')
    .insert({ ...row, name: 'Nowa', address: 'nowa@firma.test' })
    .returning('id');
  async function* archive() {
    yield {
      name: 'a.eml',
      body: Buffer.from(letter('n1', 'ola@klient.test', 'nowa@firma.test', 'Pytanie')),
      arrivedAt: null,
      isSent: false,
    };
  }
  await importMail({ scope, blobs: openBlobs(join(dataDir, 'blobs')) }, id, archive());
  const settled = await until('it is read', () =>
    scope.db('raw_inbound').where({ inbox_id: id }).whereNotNull('settled_at').first('status', 'error'),
  );
  t.like(settled, { status: 'received', error: null });
});
