import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { registerSpooled } from '../../core/ingest/register.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { pipeline, rawText } from '../support/ingest.ts';

const LARGE = 100_000;

test('of several large mails that come at the same moment each is written once, becomes the stored file', async (t) => {
  const { spool, pump, blobs, dir, inboxId, scope } = await pipeline(t);
  const texts = Array.from({ length: 12 }, (_, n) => `mail ${n % 8} `.padEnd(LARGE, 'x'));
  await pump.stop();
  await Promise.all(texts.map((text) => spool.keep(rawText(inboxId, text))));
  const written = new Map(readdirSync(join(dir, 'spool')).map((name) => [name, statSync(join(dir, 'spool', name))]));
  t.is(written.size, texts.length, 'each has a file of its own');
  t.true([...written.values()].every(({ size, mode }) => size === LARGE && (mode & 0o077) === 0));
  t.is(await registerSpooled({ scope, spool, blobs, log: silentLog }, 50), texts.length);
  t.is((await scope.db('raw_inbound')).length, texts.length);
  for (const text of texts) t.is((await blobs.read(sha256(text))).toString(), text);
  const files = new Set([...written.values()].map(({ ino }) => ino));
  const stored = [...new Set(texts)].map((text) => statSync(blobs.path(sha256(text))).ino);
  t.is(stored.filter((ino) => files.has(ino)).length, 8, 'the file is the same, under its new name');
  t.deepEqual([readdirSync(join(dir, 'spool')), await spool.take(1)], [[], []]);
});
