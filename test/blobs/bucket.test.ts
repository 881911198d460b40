import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { openBucket } from '../../core/blobs/bucket.ts';
import { compareWithBucket } from '../../core/blobs/compare.ts';
import { recordBlob } from '../../core/blobs/store.ts';
import { startUploads } from '../../core/blobs/uploads.ts';
import { type Scope, transact } from '../../core/db/scope.ts';
import { bucketFindings } from '../../core/health/doctor/bucket.ts';
import { scrubBlobs } from '../../core/ledger/scrub.ts';
import { TemporaryError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { signedHeaders } from '../../core/lib/s3-signature.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { scopeFor } from '../support/db.ts';
import { S3_KEY, startS3 } from '../support/s3-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;

/** Stored files with a bucket beside them. */
async function twoPlaces(t: ExecutionContext, prefix = 'firma/pliki') {
  const s3 = await startS3(t);
  const access = { endpoint: s3.endpoint, region: 'eu-central-1', ...S3_KEY };
  const settings = { ...access, bucket: 'kopie', prefix };
  const bucket = openBucket(settings);
  const logged: string[] = [];
  const note = (event: string, facts: object = {}): void => void logged.push(`${event} ${JSON.stringify(facts)}`);
  const log = { info: note, warn: note, error: note };
  const blobs = openBlobs(tempDir(t), { stored: (name) => uploads.add(name), get: bucket.get });
  const uploads = startUploads(bucket, blobs.path, log, [5]);
  t.teardown(() => uploads.stop());
  const keyOf = (name: string): string => `${prefix && `${prefix}/`}${name.slice(0, 2)}/${name.slice(2)}`;
  const put = async (text: string): Promise<string> => (await blobs.put(Buffer.from(text))).sha256;
  const scope: Scope = await scopeFor(t);
  const compare = (at: Scope = scope) => compareWithBucket(at, { bucket, blobs, uploads, log: silentLog }, never);
  return { s3, settings, bucket, blobs, uploads, logged, keyOf, put, scope, compare };
}

/** Something that refers to the file. */
async function refer(scope: Scope, name: string, bytes: number): Promise<void> {
  await transact(scope, async (tx) => {
    await recordBlob(tx, { sha256: name, bytes });
    const at = tx.now().toISOString();
    const [inbox] = await tx
      .db('inboxes')
      .insert({ channel: 'x', name: 'x', address: name, settings: '{}', created_at: at, updated_at: at })
      .returning('id');
    const row = {
      inbox_id: inbox.id,
      spool_id: name,
      blob_sha256: name,
      content_type: 'message/rfc822',
      envelope: '{}',
      bytes,
      status: 'waiting',
    };
    await tx.db('raw_inbound').insert({ ...row, received_at: at });
  });
}

test('a request to S3 is signed as Amazon’s own example of a GET', (t) => {
  const key = { region: 'us-east-1', keyId: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const url = new URL('https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J');
  const { authorization } = signedHeaders(key, { method: 'GET', url, sha256: sha256(''), at: new Date('2013-05-24T00:00:00Z') });
  t.regex(authorization ?? '', /Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/);
});

test('each stored file is copied to the bucket under its name, once, and one that is lost or damaged here comes back from there', async (t) => {
  const { s3, blobs, uploads, keyOf, put, scope } = await twoPlaces(t);
  const names = [await put('pierwszy'), await put('drugi'), await put('pierwszy')];
  const [first = '', second = ''] = names;
  await uploads.idle();
  t.deepEqual([...s3.objects.keys()].sort(), [keyOf(first), keyOf(second)].sort());
  t.is(s3.asked.filter((one) => one.startsWith('PUT')).length, 2);
  t.is(uploads.state().waiting, 0);
  await transact(scope, (tx) => recordBlob(tx, { sha256: second, bytes: 5 }));
  rmSync(blobs.path(first));
  t.is((await blobs.read(first)).toString(), 'pierwszy');
  writeFileSync(blobs.path(second), 'drugX');
  t.like(await scrubBlobs(scope, blobs, never), { files: 1, wrong: 0 });
  t.is(readFileSync(blobs.path(second), 'utf8'), 'drugi');
});

test('what the bucket gives under a wrong name is not taken for the file', async (t) => {
  const { s3, blobs, keyOf } = await twoPlaces(t);
  const name = createHash('sha256').update('prawdziwy').digest('hex');
  s3.put(keyOf(name), Buffer.from('podrobiony'));
  t.false(await blobs.has(name));
  await t.throwsAsync(blobs.read(name), { code: 'blob_missing' });
});

test('while the bucket is down files are stored all the same and wait, it is said once, and when it is back they go there', async (t) => {
  const { s3, settings, blobs, uploads, logged, put } = await twoPlaces(t);
  s3.down(true);
  const names = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(put));
  for (const name of names) t.true((await blobs.read(name)).length === 1);
  await until('it failed several times', () => s3.asked.length === 0 && uploads.state().problem !== null);
  t.like(uploads.state(), { waiting: 6 });
  t.regex(uploads.state().problem ?? '', /SlowDown/);
  const gone = '0'.repeat(64);
  await t.throwsAsync(blobs.read(gone), { code: 'temporary' }, 'nobody knows whether it is lost');
  const [finding] = await bucketFindings(settings, uploads.state());
  t.like(finding, { state: 'broken', advice: { facts: { n: 6 } } });
  s3.down(false);
  await uploads.idle();
  t.is(s3.objects.size, 6);
  t.deepEqual([uploads.state().waiting, uploads.state().problem], [0, null]);
  t.is(logged.filter((line) => line.startsWith('bucket_fails')).length, 1);
  t.is(logged.filter((line) => line.startsWith('bucket_works_again')).length, 1);
  t.false(logged.join().includes(S3_KEY.secret));
  await t.throwsAsync(blobs.read(gone), { code: 'blob_missing' });
  t.like((await bucketFindings(settings, uploads.state()))[0], { state: 'ok' });
});

test('a wrong key is a refusal in words without the key', async (t) => {
  const { settings } = await twoPlaces(t);
  const bucket = openBucket({ ...settings, secret: 'bardzo tajne' });
  const error = await t.throwsAsync(bucket.check(), { code: 'temporary', message: /SignatureDoesNotMatch/ });
  t.false(JSON.stringify([error?.message, error?.stack]).includes('bardzo tajne'));
  const deaf = openBucket({ ...settings, endpoint: 'http://127.0.0.1:1' });
  await t.throwsAsync(deaf.check(), { code: 'temporary', message: /ECONNREFUSED|bad port/ });
});

test('the night brings folder and bucket together: what is missing there goes, what is lost here comes, and what nobody refers to is removed', async (t) => {
  const { s3, bucket, blobs, uploads, keyOf, put, scope, compare } = await twoPlaces(t, '');
  const [kept, lost] = [await put('zostaje'), await put('zgubiony')];
  await uploads.idle();
  await refer(scope, lost, 8);
  rmSync(blobs.path(lost));
  const unused = sha256('niczyj');
  s3.put(keyOf(unused), Buffer.from('niczyj'));
  await bucket.remove(kept);
  t.deepEqual([await bucket.size(kept), await bucket.size(lost)], [null, 8]);
  const later: Scope = { ...scope, now: () => new Date('2026-12-01T00:00:00Z') };
  t.deepEqual(await compare(later), { copied: 1, broughtBack: 1, removed: 1 });
  await uploads.idle();
  t.deepEqual([...s3.objects.keys()].sort(), [keyOf(kept), keyOf(lost)].sort());
  t.is((await blobs.read(lost)).toString(), 'zgubiony');
  t.deepEqual(await compare(), { copied: 0, broughtBack: 0, removed: 0 });
});

test('one object that the service does not delete or give back does not keep the other folders from being compared', async (t) => {
  const { s3, blobs, uploads, bucket, keyOf, put, scope } = await twoPlaces(t);
  const [stray, lost] = [`00${'a'.repeat(62)}`, `01${'b'.repeat(62)}`];
  for (const name of [stray, lost]) s3.put(keyOf(name), Buffer.from('x'));
  await refer(scope, lost, 1);
  const mine = await put('nie dotarł');
  await uploads.idle();
  await bucket.remove(mine);
  const refuses = async (): Promise<never> => {
    throw new TemporaryError('The bucket kopie refuses (AccessDenied)');
  };
  const logged: object[] = [];
  const log = { ...silentLog, warn: (event: string, facts?: object) => void logged.push({ event, ...facts }) };
  const has = (name: string) => (name === lost ? refuses() : blobs.has(name));
  const deps = { bucket: { ...bucket, remove: refuses }, blobs: { folders: blobs.folders, has }, uploads, log };
  const inThreeDays: Scope = { ...scope, now: () => new Date(Date.now() + 3 * 86_400_000) };
  t.like(await compareWithBucket(inThreeDays, deps, never), { copied: 1, removed: 0 });
  await uploads.idle();
  t.true(s3.objects.has(keyOf(mine)));
  t.like(logged, [{ event: 'bucket_not_compared', gets: 1, removals: 1, error: 'The bucket kopie refuses (AccessDenied)' }]);
  const dead = { ...deps, blobs: { folders: blobs.folders, has: refuses }, bucket: { ...bucket, list: refuses } };
  await t.throwsAsync(compareWithBucket(inThreeDays, dead, never), { instanceOf: TemporaryError });
});
