import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { type Blobs, openBlobs } from '../../../core/blobs/blobs.ts';
import { prepareInbound } from '../../../core/ingest/prepare.ts';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { noDns } from '../../../test/support/dns.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import interpret from '../inbound/interpret.ts';
import { PIECES, randomFrom } from './random.ts';
import { checked } from './signed.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const MAILS = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => readFileSync(join(FIXTURES, file)));

const MAILS_TRIED = 400;
const ROW_BYTES = 60_000;
/** A tenth of what the reader may take; before rows were looked at once, many of them took two to fifteen seconds. */
const LIMIT_MS = 1000;

test('a mail with a long row of anything put in somewhere is read, and its sender checked, in no time', async (t) => {
  const random = randomFrom(20261130);
  const blobs = openBlobs(tempDir(t));
  const slow: string[] = [];
  const piece = (): string => PIECES[random(PIECES.length)] ?? '';
  for (let n = 0; n < MAILS_TRIED; n += 1) {
    const mail = MAILS[random(MAILS.length)] ?? Buffer.alloc(0);
    // Mostly into the head.
    const at = random(random(3) === 0 ? mail.length : Math.min(mail.length, 1500));
    const row = Buffer.from(piece() + (random(2) === 0 ? piece() : ''), 'latin1');
    const bytes = Buffer.concat([mail.subarray(0, at), Buffer.alloc(ROW_BYTES, row), mail.subarray(at)]);
    // Other tests of the process may work meanwhile, but not each time.
    let took = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && took > LIMIT_MS; tries += 1) took = await costOf(bytes, blobs);
    if (took > LIMIT_MS) slow.push(`mail ${n}, a row of ${JSON.stringify(row.toString('latin1'))} at ${at}: ${took} ms`);
  }
  t.deepEqual(slow, []);
});

/** Processor time in ms. */
async function costOf(bytes: Buffer, blobs: Blobs): Promise<number> {
  const before = cpuMs();
  const input = {
    inbox: { address: 'biuro@firma.test', name: 'Biuro' },
    contentType: 'message/rfc822',
    envelope: {},
    receivedAt: new Date(0),
  };
  const items = await interpret({ ...input, bytes: bytes.length, open: () => Readable.from([bytes]) });
  if (items.length === 0) throw new Error('it was read as nothing');
  for (const item of items) await prepareInbound(item, blobs);
  await checked(noDns, bytes);
  return cpuMs() - before;
}
