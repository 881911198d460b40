import test from 'ava';
import { judge } from '../../core/ingest/judge.ts';
import { UNJUDGED } from '../../core/ingest/verdict.ts';
import { silentLog } from '../../core/lib/log.ts';
import type { ScanResult } from '../../core/plugins/contract.ts';
import { scanJudge } from '../../core/viruses/scan-judge.ts';
import { startClamd } from '../../plugins/clamav/test/clamd.ts';
import { EICAR, letter } from '../../plugins/clamav/test/letters.ts';
import { mailFrom } from '../support/house.ts';
import { BIURO, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { AWAY, EICAR as BAD, UNSCANNED, wardFor } from '../support/ward.ts';

const CLEAN: ScanResult = { state: 'clean' };
const LARGE: ScanResult = { state: 'skipped', reason: 'too_large' };
const FOUND = 'Eicar-Test-Signature.UNOFFICIAL';
const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** Names of header fields in small letters are as good as any; clamd does not take it for a mail then, and looks into no base64. */
const smallHeaders = letter()
  .toString()
  .replace(
    /^[\s\S]*?(?=\r\n\r\n)/,
    'from: Jan <jan@klient.test>\r\nto: biuro@firma.test\r\nsubject: male\r\nContent-type: multipart/mixed; boundary="b1"',
  );
/** Two pieces of base64, each with padding of its own: mail programs read on, clamd ends at the first. */
const inPieces = letter({ subject: 'kawalki', content: 'x' })
  .toString()
  .replace(inBase64('x'), `${inBase64(EICAR.slice(0, 10))}\r\n${inBase64(EICAR.slice(10))}`);

test('a virus that a real clamd does not see in the mail as a whole is found in the file that an agent would get', async (t) => {
  const clamd = await startClamd();
  t.teardown(() => clamd.stop());
  const office = await officeFor(t, { env: { CENTRALA_CLAMD: clamd.path } });
  for (const message of [smallHeaders, inPieces, letter({ subject: 'dobre', content: 'nic' }).toString()])
    await deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message });
  await office.pump.idle();
  const rows = await office.scope.db('raw_inbound').orderBy('id').select('status', 'virus_state', 'virus_name');
  t.deepEqual(
    rows.map((row) => [row.status, row.virus_state, row.virus_name]),
    [
      ['spam', 'infected', FOUND],
      ['spam', 'infected', FOUND],
      ['received', 'clean', null],
    ],
  );
});

test('of a mail that the scanner calls clean or too large each file is asked about once; the worst that is said of any holds', async (t) => {
  const { kept, answer, blobs, plugins } = await wardFor(t);
  const { record } = await kept('mail', UNJUDGED);
  const files = await Promise.all(
    ['one', 'two', 'two', ''].map(async (text) => ({
      ...{ filename: 'a.txt', contentType: 'text/plain', contentId: null, inline: false },
      ...(await blobs.put(Buffer.from(text))),
    })),
  );
  const says = async (mail: ScanResult, two: ScanResult): Promise<readonly [string | undefined, string]> => {
    const asked: string[] = [];
    answer.of = (bytes) => {
      asked.push(bytes);
      return bytes === 'mail' ? mail : bytes === 'two' ? two : CLEAN;
    };
    const items = [mailFrom('jan@customer.test', { attachments: files })];
    const { virus } = await judge([scanJudge({ plugins, blobs })], { record, items }, silentLog);
    return [virus?.state, asked.sort().join(' ')];
  };
  t.deepEqual(await says(CLEAN, CLEAN), ['clean', 'mail one two']);
  t.deepEqual(await says(CLEAN, BAD), ['infected', 'mail one two']);
  t.deepEqual(await says(CLEAN, AWAY), ['unscanned', 'mail one two']);
  t.deepEqual(await says(LARGE, CLEAN), ['skipped', 'mail one two']);
  t.deepEqual(await says(LARGE, BAD), ['infected', 'mail one two']);
  t.deepEqual(await says(BAD, CLEAN), ['infected', 'mail']);
  t.deepEqual(await says(AWAY, CLEAN), ['unscanned', 'mail']);
});

test('what came while the scanner was away is scanned with its files when it is back, and one that is gone holds up nothing', async (t) => {
  const { blobs, mail, again, answer, scope } = await wardFor(t);
  const file = { filename: 'a.txt', contentType: 'text/plain', contentId: null, inline: false };
  const gone = { ...file, bytes: 3, sha256: 'a'.repeat(64) };
  for (const text of ['wirus', 'cennik']) {
    await blobs.put(Buffer.from(`mail with ${text}`));
    const attachments = [gone, { ...file, ...(await blobs.put(Buffer.from(text))) }];
    await mail({ attachments }, { bytes: `mail with ${text}`, verdict: UNSCANNED });
  }
  t.is(await again(), 0);
  answer.of = (bytes) => (bytes === 'wirus' ? BAD : CLEAN);
  t.is(await again(), 2);
  t.deepEqual(await scope.db('raw_inbound').orderBy('id').pluck('virus_state'), ['infected', 'clean']);
});
