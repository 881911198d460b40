import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { readProof } from '../../core/ledger/proof.ts';
import { scrubBlobs } from '../../core/ledger/scrub.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { pipeline, rawText } from '../support/ingest.ts';

const never = new AbortController().signal;

async function stored(t: ExecutionContext, count: number) {
  const parts = await pipeline(t);
  for (let n = 0; n < count; n += 1) await parts.spool.keep(rawText(parts.inboxId, `from: a\n\nmail ${n}`));
  await parts.pump.idle();
  const rows: { sha256: string }[] = await parts.scope.db('blobs').orderBy('sha256');
  const files = rows.map(({ sha256 }) => sha256);
  const damaged = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { kind, detail } of verifyLedger(parts.scope, parts.blobs, { since: null }))
      found.push(`${kind} ${detail.slice(0, 64)}`);
    return found;
  };
  const path = (n: number): string => parts.blobs.path(files[n] ?? '');
  return { ...parts, files, damaged, path };
}

test('A missing, a flipped, a longer and two exchanged files are each named', async (t) => {
  const { files, damaged, path } = await stored(t, 6);
  rmSync(path(0));
  writeFileSync(path(1), 'from: a\n\nmail X');
  appendFileSync(path(2), '\n');
  renameSync(path(3), `${path(3)}.tmp`);
  renameSync(path(4), path(3));
  renameSync(`${path(3)}.tmp`, path(4));
  const kinds = ['blob_missing', 'blob_damaged', 'blob_damaged', 'blob_damaged', 'blob_damaged'];
  t.deepEqual(
    await damaged(),
    kinds.map((kind, n) => `${kind} ${files[n]}`),
  );
});

test('The night notes damaged files, goes on where it stopped, and crosses out what came back', async (t) => {
  const { scope, blobs, files, path } = await stored(t, 5);
  writeFileSync(path(2), 'something else');
  const cut = await scrubBlobs(scope, blobs, never, { budgetMs: 0 });
  t.is(cut.files, 0);
  const night = await scrubBlobs(scope, blobs, never);
  t.deepEqual([night.files, night.wrong, night.after], [5, 1, '']);
  const { problems, scrub } = await readProof(scope);
  t.deepEqual(
    problems.map(({ sha256, problem }) => [sha256, problem]),
    [[files[2], 'damaged']],
  );
  t.not(scrub.wholeAt, null);
  rmSync(path(2));
  await scrubBlobs(scope, blobs, never);
  t.is((await readProof(scope)).problems[0]?.problem, 'missing');
  writeFileSync(path(2), originalOf(files[2]));
  await scrubBlobs(scope, blobs, never);
  t.is((await readProof(scope)).problemCount, 0);
});

/** The mails of this test differ by a number only. */
const originalOf = (hash: string | undefined): string =>
  Array.from({ length: 5 }, (_, n) => `from: a\n\nmail ${n}`).find((text) => sha256(text) === hash) ?? '';

test('A stopped night keeps its place', async (t) => {
  const { scope, blobs } = await stored(t, 3);
  const stopping = new AbortController();
  let opened = 0;
  const slow = {
    renew: blobs.renew,
    open: (sha256: string) => {
      opened += 1;
      if (opened === 2) stopping.abort();
      return blobs.open(sha256);
    },
  };
  const cut = await scrubBlobs(scope, slow, stopping.signal);
  t.is(cut.files, 2);
  t.not(cut.after, '');
  const rest = await scrubBlobs(scope, blobs, never);
  t.deepEqual([rest.files, rest.after], [1, '']);
});
