import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { bringBack } from '../../core/backups/bring-back.ts';
import { claimBackups } from '../../core/backups/claim.ts';
import { FILES, fileName, LOG_DIR, storePiece } from '../../core/backups/log-segments.ts';
import { openRepository } from '../../core/backups/repository.ts';
import { recoveryKey } from '../../core/backups/repository-key.ts';
import { blobPath, openBlobs } from '../../core/blobs/blobs.ts';
import { inspectBlob } from '../../core/blobs/inspect.ts';
import { countLost, readProof } from '../../core/ledger/proof.ts';
import { noteWrong, repairFiles, repairKnown } from '../../core/ledger/repair.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { centralaCommand } from '../support/cli.ts';
import { scopeFor } from '../support/db.ts';
import { databaseUrl } from '../support/machines.ts';
import { madeBackup } from '../support/made-backup.ts';
import { officeFor } from '../support/office.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;

/** As a worn-out disk does it: nothing but the bytes tells. */
async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 3);
  await file.write(Buffer.from([~(buffer[0] ?? 0) & 0xff]), 0, 1, 3);
  await file.close();
}

/** A data folder with backups beside it, made of whatever lies in its store at that moment. */
async function folder(t: ExecutionContext) {
  const dataDir = tempDir(t);
  const place = { dataDir, dir: join(dataDir, 'backups'), key: null, path: process.env['PATH'] ?? '' };
  const repository = await openRepository(place);
  const blobs = openBlobs(join(dataDir, 'blobs'));
  const content = tempDir(t);
  /** A backup that has these, each under the name of `of`. */
  const backup = async (daysAgo: number, files: readonly { readonly of: string; readonly bytes: string }[]): Promise<string> => {
    await rm(join(content, 'blobs'), { recursive: true, force: true });
    for (const { of, bytes } of files) {
      const path = blobPath(join(content, 'blobs'), sha256(of));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    return madeBackup(repository, content, new Date(Date.now() - daysAgo * 86_400_000), 'centrala-1');
  };
  const back = async (wanted: readonly string[]): Promise<readonly (readonly [string, string])[]> => {
    const found: [string, string][] = [];
    const onBack = async (name: string, from: string): Promise<void> => void found.push([name, from]);
    await bringBack({ place, key: recoveryKey(place), blobs, signal: never, onBack }, wanted.map(sha256));
    return found;
  };
  const key = recoveryKey(place) ?? '';
  const log = async (text: string, name = sha256(text)): Promise<string> => {
    const file = join(place.dir, LOG_DIR, FILES, fileName(1, name));
    await mkdir(dirname(file), { recursive: true });
    await storePiece(file, key, Readable.from([Buffer.from(text)]));
    return file;
  };
  return { place, blobs, backup, back, log };
}

test('a file comes back from the newest backup that has it whole, else from the log, and nothing that is not it is put there', async (t) => {
  const { place, blobs, backup, back, log } = await folder(t);
  const old = await backup(3, [
    { of: 'in both', bytes: 'in both' },
    { of: 'damaged later', bytes: 'damaged later' },
  ]);
  const newer = await backup(1, [
    { of: 'in both', bytes: 'in both' },
    { of: 'damaged later', bytes: 'dXmaged later' },
    { of: 'never whole', bytes: 'nXver whole' },
  ]);
  await log('since then');
  await log('something else', sha256('a lie'));
  const cut = await log('x'.repeat(5_000), sha256('cut'));
  await writeFile(cut, (await readFile(cut)).subarray(0, 150));
  const { sha256: damaged } = await blobs.put(Buffer.from('damaged later'));
  await flipByte(blobs.path(damaged));

  const found = await back(['in both', 'damaged later', 'since then', 'never whole', 'a lie', 'cut', 'nowhere']);
  t.deepEqual(
    new Map(found),
    new Map([
      [sha256('in both'), newer],
      [damaged, old],
      [sha256('since then'), 'log'],
    ]),
  );
  for (const text of ['in both', 'damaged later', 'since then']) t.is(String(await blobs.read(sha256(text))), text);
  for (const text of ['never whole', 'a lie', 'cut', 'nowhere']) t.false(await blobs.has(sha256(text)), text);

  const claim = claimBackups(place.dataDir);
  await t.throwsAsync(back(['nowhere']), { message: 'A backup is under way.' });
  claim.release();
  await t.throwsAsync(bringBack({ place, key: null, blobs, signal: never, onBack: async () => {} }, ['x']), { message: /recovery key/ });
});

test('what a night found is tried the same night and noted; what nothing has is an alarm from the morning on', async (t) => {
  const at = { ms: Date.now() };
  const scope = { ...(await scopeFor(t)), now: () => new Date(at.ms) };
  const [one, two] = [sha256('one'), sha256('two')];
  const at0 = new Date(at.ms).toISOString();
  await scope.db('blobs').insert([one, two].map((name) => ({ sha256: name, bytes: 3, created_at: at0 })));
  const bring = async (wanted: readonly string[], onBack: (name: string, from: string) => Promise<void>): Promise<void> => {
    t.deepEqual([...wanted].sort(), [one, two].sort());
    await onBack(one, 'backup');
    throw new Error('the place is gone');
  };
  const wrong = [
    { sha256: one, problem: 'damaged' },
    { sha256: two, problem: 'missing' },
  ] as const;
  await noteWrong(scope, wrong);
  await t.throwsAsync(repairFiles(scope, bring, wrong, never), { message: 'the place is gone' });
  const known = async (): Promise<readonly string[]> => (await readProof(scope)).problems.map((problem) => problem.sha256);
  t.deepEqual(await known(), [two], 'what came back before is crossed out');
  t.is(await countLost(scope), 0);
  at.ms += 4 * 3_600_000 + 1;
  t.is(await countLost(scope), 1);
  await scope.db('blobs').where({ sha256: two }).update({ discarded_at: at0 });
  t.deepEqual([await known(), await countLost(scope)], [[], 0], 'it was deleted with its mail');
  await scope.db('blobs').where({ sha256: two }).update({ discarded_at: null });
  const said: string[] = [];
  const log = { ...silentLog, warn: (event: string) => void said.push(event) };
  await repairKnown(scope, () => Promise.reject(new Error('a backup is under way')), log, never);
  t.is(await countLost(scope), 1, 'a night that came to nothing makes nothing new of it');
  await repairKnown(scope, (wanted, onBack) => onBack(wanted[0] ?? '', 'backup'), log, never);
  t.deepEqual([await known(), said], [[], ['files_not_brought_back', 'files_brought_back']]);
});

test('the command brings damaged and missing files of mail back, names what nothing has, and the doctor says so', async (t) => {
  const office = await officeFor(t);
  const { scope, dataDir } = office;
  const received = async (n: number): Promise<readonly { readonly sha256: string; readonly bytes: number }[]> => {
    await office.mail({ from: 'jan@klient.test', subject: `Sprawa ${n}`, text: `treść ${n}` });
    await until('it is a conversation', async () => (await scope.db('conversations')).length === n);
    return scope.db('blobs').select('sha256', 'bytes');
  };
  await received(1);
  const [first, second] = await received(2);
  const centrala = centralaCommand(dataDir, { url: databaseUrl(office), file: '' });
  t.is((await centrala(['backup'])).code, 0);
  const late = (await received(3)).find((file) => file.sha256 !== first?.sha256 && file.sha256 !== second?.sha256);
  if (!first || !second || !late) return t.fail('three mails make three files');
  const blobs = openBlobs(join(dataDir, 'blobs'));
  await flipByte(blobs.path(first.sha256));
  await rm(blobs.path(second.sha256));
  await flipByte(blobs.path(late.sha256));

  t.is((await centrala(['ledger', 'verify'])).code, 1);
  const repaired = await centrala(['ledger', 'repair', '--json']);
  t.is(repaired.code, 1);
  const said = JSON.parse(repaired.last) as Record<'broughtBack' | 'stillWrong', { sha256: string; problem?: string }[]>;
  t.deepEqual(said.broughtBack.map((file) => file.sha256).sort(), [first.sha256, second.sha256].sort());
  t.deepEqual(said.stillWrong, [{ ...late, problem: 'damaged' }]);
  for (const file of [first, second]) t.is(await inspectBlob(blobs, file), 'ok');
  t.regex((await centrala(['doctor'])).out, /BROKEN {2}stored files: 1 missing or damaged/);

  await rm(blobs.path(late.sha256));
  const again = await centrala(['ledger', 'repair']);
  t.regex(again.out, new RegExp(`^still missing +${late.sha256}`));
  t.is((await centrala(['ledger', 'repair', '--since', '2026-13-01'])).code, 64);
});
