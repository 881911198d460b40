import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { type DiskUse, meterDisk } from '../../core/quota/disk-use.ts';
import { ADMIN } from '../support/app.ts';
import { httpClient } from '../support/http-client.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { smtpSession } from '../support/smtp-client.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

interface Answer {
  readonly items: readonly { inboxId: number | null; used: number; limit: number | null; percent: number }[];
}

test('at the limit of an inbox its mail waits at the senders with 452, administrators see why, and with room again it comes in', async (t) => {
  const office = await officeFor(t);
  const made = await office.api('POST', '/inboxes', {
    channel: 'email',
    name: 'Sklep',
    address: 'sklep@firma.test',
    relay: `smtp://127.0.0.1:${office.relay.port}`,
  });
  t.is(made.status, 201);
  await office.mail({ from: 'jan@klient.test', subject: 'Zapytanie', text: 'x'.repeat(3000) });
  const storage = async (): Promise<Answer> => (await office.api('GET', '/storage')).json;
  await until('the mail is counted', async () => ((await storage()).items[0]?.used ?? 0) > 3000);
  const { items } = await storage();
  const biuro = items.find((one) => one.inboxId !== null);

  const limited = await office.api('PATCH', '/storage', { items: [{ inboxId: biuro?.inboxId, limit: 3000 }] });
  t.true(((limited.json as Answer).items.find((one) => one.inboxId === biuro?.inboxId)?.percent ?? 0) >= 100);
  const smtp = await smtpSession(t, office.smtpPort);
  await smtp.greeting();
  await smtp.ehlo();
  await smtp.mailFrom('jan@klient.test');
  await smtp.rcptTo(BIURO, '452 4.2.2');
  await smtp.rcptTo('sklep@firma.test', '250');
  await smtp.quit();

  const admin = httpClient(office.base);
  await admin.get('/login');
  t.is((await admin.post('/login', ADMIN)).status, 303);
  t.true((await admin.get('/conversations')).text.includes('Limit miejsca na pocztę jest wyczerpany'));
  const ofYears = (await admin.get(`/storage?inbox=${biuro?.inboxId}`)).text;
  t.regex(ofYears, new RegExp(`Według lat: [^<]+</h2>[\\s\\S]*<td>${new Date().getUTCFullYear()}</td>`));
  t.regex(ofYears, /Baza danych zajmuje [\d,]+.MB/);
  const wrong = await admin.post('/storage', { limit_all: 'dużo', [`limit_${biuro?.inboxId}`]: '2' });
  t.is(wrong.status, 422);
  t.true(wrong.text.includes('Podaj liczbę gigabajtów') && wrong.text.includes('value="dużo"'));
  t.is((await storage()).items[0]?.limit, null, 'nothing was saved');
  t.is((await admin.post('/storage', { limit_all: '', [`limit_${biuro?.inboxId}`]: '1,5' })).location, '/storage');
  t.is((await storage()).items.find((one) => one.inboxId === biuro?.inboxId)?.limit, 1.5 * 1024 ** 3);
  t.false((await admin.get('/conversations')).text.includes('Limit miejsca'));
  await office.mail({ from: 'jan@klient.test', subject: 'Jeszcze raz' });

  t.is((await office.api('PATCH', '/storage', { items: [{ inboxId: null, limit: 1 }] })).status, 200);
  const full = await smtpSession(t, office.smtpPort);
  await full.greeting();
  await full.ehlo();
  await full.mailFrom('jan@klient.test', '452 4.3.1');
  t.is((await office.api('PATCH', '/storage', { items: [{ inboxId: 999, limit: 5 }] })).status, 422);
});

test('what lies on the disk is measured by kind, backups beside the data too, and said on the page', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Zapytanie', text: 'x'.repeat(300_000) });
  const place = async (name: string, bytes: number): Promise<void> => {
    await mkdir(dirname(join(office.dataDir, name)), { recursive: true });
    await writeFile(join(office.dataDir, name), randomBytes(bytes));
  };
  await place('backups/data/ab/abcdef', 2_000_000);
  await place('before-restore-7/blobs/ab/cd', 1_000_000);
  await place('imports/part-1', 500_000);
  const admin = httpClient(office.base);
  await admin.get('/login');
  await admin.post('/login', ADMIN);
  t.true((await admin.get('/storage')).text.includes('Jeszcze nie zmierzono'));
  t.is((await admin.post('/storage/measurement', {})).location, '/storage#disk');
  const { text } = await admin.get('/storage');
  const row = (name: string): number => {
    const shown = new RegExp(`<td>${name}<br>[\\s\\S]*?<td[^>]*>([\\d,]+)\\s(KB|MB)<`).exec(text);
    return Number(shown?.[1]?.replace(',', '.')) * 1024 ** (shown?.[2] === 'MB' ? 2 : 1);
  };
  const about = (name: string, bytes: number): void => {
    t.true(Math.abs(row(name) - bytes) < 120_000, `${name}: ${row(name)}`);
  };
  about('Kopie zapasowe', 2_000_000);
  about('Zachowane starsze dane', 1_000_000);
  about('Archiwa do importu', 500_000);
  t.true(row('Pliki poczty i firmy') >= 300_000);
  const { disk } = (await office.api('GET', '/storage')).json as { disk: DiskUse };
  t.true(disk.bytes.kept >= 1_000_000 && disk.bytes.kept < 1_100_000, String(disk.bytes.kept));
});

test('figures of the disk that are damaged, or of a version with other kinds, are as if nobody had measured', async (t) => {
  const dataDir = tempDir(t);
  await mkdir(join(dataDir, '.cache'));
  const last = async (text: string) => {
    await writeFile(join(dataDir, '.cache', 'disk-use.json'), text);
    return meterDisk({ dataDir, backups: async () => null, now: () => new Date() }).last();
  };
  t.is(await last('{"at":"2026-11-30T0'), null);
  t.is(await last('{"at":"2026-11-30T05:47:00.000Z","bytes":{"files":1}}'), null);
});

test('a folder of backups counts once, however it is written', async (t) => {
  const dataDir = tempDir(t);
  await mkdir(join(dataDir, 'backups'));
  await writeFile(join(dataDir, 'backups', 'a'), randomBytes(1_000_000));
  const now = () => new Date();
  const { bytes } = await meterDisk({ dataDir, backups: async () => `${dataDir}/backups/`, now }).measure();
  t.true(bytes.backups >= 1_000_000 && bytes.backups < 1_500_000, String(bytes.backups));
});
