import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import test from 'ava';
import type { DKIMVerifyResult, DNSResolver } from 'mailauth';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { corpusFiles } from '../../../test/support/corpora.ts';
import { boundedMessage } from '../authentication/message.ts';
import { type Verified, verifyDkim } from '../authentication/verify-dkim.ts';
import { crlf, DKIM_RECORD, SELECTOR, sealed, signed } from './signed.ts';

const sender = 'anna@wp.test';
const mail = 'From: Anna <anna@wp.test>\nTo: biuro@firma.test\nSubject: Pytanie\nDate: Thu, 26 Nov 2026 10:00:00 +0100\n\nDzień dobry\n';

/** The key of every name that is asked for. */
const world = (record: () => string, asked: string[] = []): DNSResolver => {
  return async (name) => {
    asked.push(name);
    return [[record()]];
  };
};

async function ours(bytes: Buffer, resolver: DNSResolver): Promise<Verified> {
  const { header, body } = await boundedMessage(Readable.from([bytes]), bytes.length);
  return verifyDkim({ header, body }, { sender, resolver });
}

const theirs = (bytes: Buffer, resolver: DNSResolver): Promise<DKIMVerifyResult> =>
  dkimVerify(bytes, { sender, resolver, rejectRsaSha1: true });

const facts = ({ results, headerFrom, fromFields, arc }: Pick<DKIMVerifyResult, 'results' | 'headerFrom' | 'fromFields' | 'arc'>) => ({
  headerFrom,
  fromFields,
  results: results.map(({ publicKey: _, ...one }) => one),
  chain: arc?.chain ? arc.chain.length : arc?.chain,
  sealedBy: arc?.lastEntry
    ? JSON.parse(JSON.stringify({ ...arc.lastEntry, messageSignature: arc.lastEntry.messageSignature?.status }))
    : null,
});

test('mails of the corpora, signed or not, are found to be what the library’s own way finds', async (t) => {
  let signatures = 0;
  const folders = ['sisimai-bounces', 'mikel-mail', 'mime4j-torture', 'zbateson-mime'];
  const files = (await Promise.all(folders.map((name) => corpusFiles(name, '**/*')))).flat();
  for (const file of files.filter((path) => statSync(path).isFile())) {
    const bytes = Buffer.from(readFileSync(file, 'latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
    const [a, b] = [
      await ours(
        bytes,
        world(() => DKIM_RECORD),
      ),
      await theirs(
        bytes,
        world(() => DKIM_RECORD),
      ),
    ];
    signatures += a.results.filter(({ signingDomain }) => signingDomain).length;
    t.deepEqual(facts(a), facts(b), file);
  }
  t.log({ signatures });
  t.true(signatures > 20);
});

test('right, altered and sealed mails are told apart as the library does', async (t) => {
  const right = await signed(mail, 'wp.test');
  const cases = [right, right.replace('Dzień', 'Zły'), right.replace('Pytanie', 'Inne'), await sealed(right, 'wp.test', 'pass'), mail];
  const found = [];
  for (const text of cases) {
    const [a, b] = [
      await ours(
        crlf(text),
        world(() => DKIM_RECORD),
      ),
      await theirs(
        crlf(text),
        world(() => DKIM_RECORD),
      ),
    ];
    t.deepEqual(facts(a), facts(b));
    found.push(a.results[0]?.status.result);
  }
  t.deepEqual(found, ['pass', 'neutral', 'fail', 'pass', 'none']);
});

test('a key that a domain has replaced is no longer taken, and the DNS is asked for each mail', async (t) => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const asked: string[] = [];
  let record = DKIM_RECORD;
  const bytes = crlf(await signed(mail, 'wp.test'));
  const result = async (): Promise<string | undefined> =>
    (
      await ours(
        bytes,
        world(() => record, asked),
      )
    ).results[0]?.status.result;
  t.is(await result(), 'pass');
  record = `v=DKIM1; k=rsa; p=${other}`;
  t.is(await result(), 'fail');
  record = 'v=DKIM1; k=rsa; p=';
  t.is(await result(), 'neutral');
  record = DKIM_RECORD;
  t.is(await result(), 'pass');
  t.deepEqual(asked, Array(4).fill(`${SELECTOR}._domainkey.wp.test`));
});

test('the key of a name with Polish letters is asked for by its ASCII name', async (t) => {
  const asked: string[] = [];
  const bytes = crlf(await signed(mail, 'żółw.test'));
  const resolver = world(() => DKIM_RECORD, asked);
  t.deepEqual(facts(await ours(bytes, resolver)), facts(await theirs(bytes, resolver)));
  t.deepEqual(asked, Array(2).fill(`${SELECTOR}._domainkey.xn--w-uga1v8h.test`));
});
