import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import type { Inbound } from '../../../core/plugins/contract.ts';
import interpret from '../inbound/interpret.ts';
import { attachmentsByMailparser, partsAmong, sha256 } from './mailparser.ts';

/** Collections of real and broken mail that lie beside a checkout; without them these tests have nothing to say. */
const CORPORA = resolve(import.meta.dirname, '../../../../shared/corpora');

function mailsOf(t: ExecutionContext, corpus: string): readonly { file: string; bytes: Buffer }[] {
  const dir = join(CORPORA, corpus);
  if (!existsSync(dir)) {
    t.log(`no ${dir}`);
    return [];
  }
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(?:SOURCE\.txt|LICENSE.*)$/.test(entry.name))
    .map((entry) => ({ file: join(entry.parentPath, entry.name), bytes: readFileSync(join(entry.parentPath, entry.name)) }));
}

const read = (bytes: Buffer, envelope: Readonly<Record<string, string>> = {}): Promise<readonly Inbound[]> =>
  interpret({
    inbox: { address: 'biuro@firma.test', name: 'Biuro' },
    contentType: 'message/rfc822',
    envelope,
    receivedAt: new Date(0),
    bytes: bytes.length,
    open: () => Readable.from([bytes]),
  });

for (const corpus of ['mikel-mail', 'mime4j-torture', 'reply-trimmer', 'sisimai-bounces', 'zbateson-mime'])
  test(`every mail of ${corpus} is read without an error and shows something`, async (t) => {
    for (const { file, bytes } of mailsOf(t, corpus)) {
      const items = await read(bytes);
      t.true(items.length > 0, file);
      for (const item of items) {
        if (item.kind === 'report') t.true(item.about.externalId === null || /^\S+$/.test(item.about.externalId), file);
        else if (item.kind === 'domain-report') t.fail(file);
        else t.true(item.from.address.includes('@') && !JSON.stringify({ ...item, attachments: [] }).includes('\\u0000'), file);
      }
    }
    t.pass();
  });

test('at least 95 of 100 bounces are seen as machine-made, and none of the ordinary mails is a report', async (t) => {
  const bounces = mailsOf(t, 'sisimai-bounces');
  let seen = 0;
  for (const { bytes } of bounces) {
    const [item] = await read(bytes);
    if (item?.kind === 'report' || (item?.kind === 'message' && item.automated)) seen += 1;
  }
  t.true(seen >= bounces.length * 0.95, `${seen} of ${bounces.length}`);
  for (const corpus of ['reply-trimmer', 'zbateson-mime'])
    for (const { file, bytes } of mailsOf(t, corpus))
      t.true(
        (await read(bytes)).every(({ kind }) => kind === 'message'),
        file,
      );
});

test('95 of 100 bounces that come back to a return address are reports, hard, soft or of a delay, and the rest is marked as a machine’s', async (t) => {
  const envelope = { mailFrom: '', rcptTo: JSON.stringify(['biuro+b.d17-0123456789abcdef0123@firma.test']) };
  const bounces = mailsOf(t, 'sisimai-bounces');
  const counts: Record<string, number> = {};
  for (const { bytes, file } of bounces) {
    const [item] = await read(bytes, envelope);
    if (item?.kind === 'domain-report') t.fail(file);
    if (item?.kind === 'message') t.truthy(item.machine, file);
    const name =
      item?.kind === 'report' ? `${item.outcome} ${(item.status ?? '?')[0]}` : item?.kind === 'message' ? (item.machine ?? '') : '';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  const reports = Object.entries(counts).reduce((sum, [name, count]) => sum + (/^(?:bounced|deferred)/.test(name) ? count : 0), 0);
  t.log(counts);
  t.true(reports >= bounces.length * 0.95, JSON.stringify(counts));
});

test('no ordinary mail of the corpora is taken for a report', async (t) => {
  const REPORTS = /multipart_report_emails|raw_email_with_mimepart_without_content_type|badbound/;
  for (const corpus of ['mikel-mail', 'mime4j-torture', 'reply-trimmer', 'zbateson-mime'])
    for (const { file, bytes } of mailsOf(t, corpus))
      if (!REPORTS.test(file))
        t.true(
          (await read(bytes, { mailFrom: 'x@y.test' })).every(({ kind }) => kind === 'message'),
          file,
        );
});

/** Where the two differ on purpose: uuencode, named text parts, digests, damaged boundaries and types. */
const KNOWN_DIFFERENCES = 20;

test('attachments are those that another reader finds, byte for byte', async (t) => {
  let differing = 0;
  for (const corpus of ['mikel-mail', 'mime4j-torture', 'sisimai-bounces', 'zbateson-mime'])
    for (const { bytes } of mailsOf(t, corpus)) {
      const [item] = await read(bytes);
      const theirs = item?.kind === 'message' ? await attachmentsByMailparser(bytes) : null;
      if (item?.kind !== 'message' || theirs === null) continue;
      const ours = partsAmong(item, bytes).map(({ content }) => sha256(content));
      if (ours.join() !== theirs.join()) differing += 1;
    }
  t.true(differing <= KNOWN_DIFFERENCES, String(differing));
});
