import type { Blobs } from '../blobs/blobs.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, InboxId } from '../lib/ids.ts';
import { readFileFrom } from './archive.ts';
import { type ImportPart, importMail, noteImport } from './import-mail.ts';
import {
  hashesBefore,
  type ImportCounts,
  type ImportFile,
  importById,
  importsNewest,
  insertImport,
  letGo,
  type MailImport,
  type MailImportId,
  noteStored,
  saveStep,
} from './store.ts';
import { BEGINNING, type Found, type ImportReport, type Place } from './types.ts';
import { forgetFiles, forgetUploads, uploadPath } from './uploads.ts';

export const IMPORT_JOB = 'mail_import';
/** So many at a time; then other jobs come first. */
const SLICE = 500;
const NAMED = 20;
const KEPT_MS = 7 * 24 * 3_600_000;

/** What was sent by the browser, the newest first. */
export const listImports = importsNewest;

export interface NewImport {
  readonly inboxId: InboxId;
  readonly files: readonly ImportFile[];
  readonly isSent: boolean;
  readonly isTrial: boolean;
}

/** Begins to take over files that were sent, or on trial to count what would be. */
export async function beginImport(scope: Scope, agentId: AgentId, made: NewImport): Promise<MailImportId> {
  const id = await transact(scope, (tx) => begin(tx, agentId, made));
  scope.wakeOutbox();
  return id;
}

async function begin(tx: WriteScope, agentId: AgentId, made: NewImport): Promise<MailImportId> {
  const importId = await insertImport(tx, { ...made, agentId });
  await enqueue(tx, [{ kind: IMPORT_JOB, data: { importId } }]);
  return importId;
}

/** Takes over what a trial has looked at, without sending it again. Raises not_found, or import_files_gone. */
export async function importForReal(scope: Scope, agentId: AgentId, id: MailImportId): Promise<MailImportId> {
  const trial = await importById(scope, id);
  if (!trial?.isTrial || trial.endedAt === null) throw new NotFoundError('Import');
  if (!trial.hasFiles) throw new ConflictError('import_files_gone', 'These files are not kept any more', 'Send them again.');
  const { inboxId, files, isSent } = trial;
  const made = await transact(scope, async (tx) => {
    await letGo(tx, { id });
    return begin(tx, agentId, { inboxId, files, isSent, isTrial: false });
  });
  scope.wakeOutbox();
  return made;
}

export interface ImportRunDeps {
  readonly blobs: Pick<Blobs, 'putAll' | 'has'>;
  readonly dataDir: string;
  readonly maxMessageBytes: number;
}

/** Works on one in slices. A slice that was cut short is done again: what it stored counts as its own. */
export const importHandler =
  ({ blobs, dataDir, maxMessageBytes }: ImportRunDeps): JobHandler =>
  async (scope, { data }, signal) => {
    const run = await importById(scope, data['importId'] as MailImportId);
    const file = run?.files[run.fileAt];
    if (!run || run.endedAt || !file) return;
    let reached: Place | null = null;
    const slice = async function* (): AsyncGenerator<Found> {
      let read = 0;
      for await (const found of readFileFrom(uploadPath(dataDir, file.sha256), file.filename, run.place, maxMessageBytes)) {
        yield found;
        read += 1;
        if (found.next === undefined || (read < SLICE && !signal.aborted)) continue;
        reached = found.next;
        return;
      }
    };
    const hashes = new Set<string>();
    const part: ImportPart = {
      before: async (batch) => {
        const found = await hashesBefore(scope, run.id, batch);
        for (const hash of batch) if (!found.read.has(hash)) hashes.add(hash);
        return found;
      },
      onStored: (tx, stored) => noteStored(tx, run.id, stored),
    };
    const report = await importMail({ scope, blobs }, run.inboxId, slice(), { ...run, part }).catch(orGone);
    if (report === null) await stop(scope, run);
    else await goOn(scope, run, { ...report, reached, hashes: [...hashes] });
    await forgetFiles(scope, dataDir, run.files);
  };

/** Its file is not there: another try would not find it either. */
function orGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

async function stop(scope: Scope, run: MailImport): Promise<void> {
  await transact(scope, async (tx) => {
    await saveStep(tx, run.id, { ...run, problem: 'files_gone', endedAt: tx.now() });
    await letGo(tx, { id: run.id });
  });
}

/** What one job has done; `reached` null = to the end of the file. */
interface Slice extends ImportReport {
  readonly reached: Place | null;
  /** Of what no slice before had read. */
  readonly hashes: readonly string[];
}

async function goOn(scope: Scope, run: MailImport, slice: Slice): Promise<void> {
  const { reached } = slice;
  const fileAt = run.fileAt + (reached === null ? 1 : 0);
  const isOver = fileAt >= run.files.length;
  const counts = sumOf(run.counts, slice);
  await transact(scope, async (tx) => {
    const problem = counts.missing > 0 ? 'missing' : isOver && counts.read === 0 ? 'no_mail' : null;
    const step = { counts, fileAt, place: reached ?? BEGINNING, problem, endedAt: isOver ? tx.now() : null };
    await saveStep(tx, run.id, step, slice.hashes);
    if (isOver && (!run.isTrial || problem === 'no_mail')) await letGo(tx, { id: run.id });
    if (isOver && !run.isTrial && counts.added > 0) noteImport(tx, run.inboxId, counts.added);
    if (!isOver) await enqueue(tx, [{ kind: IMPORT_JOB, data: { importId: run.id } }]);
  });
  if (!isOver) scope.wakeOutbox();
}

const sumOf = (before: ImportCounts, { read, added, known, repeated, skipped, missing }: ImportReport): ImportCounts => ({
  read: before.read + read,
  added: before.added + added,
  known: before.known + known,
  repeated: before.repeated + repeated,
  leftOut: before.leftOut + skipped.length,
  skipped: [...before.skipped, ...skipped].slice(0, NAMED),
  missing: before.missing + missing.length,
});

/** What nobody took over after a trial for a week goes, and what broken uploads left. */
export async function tidyImports(scope: Scope, dataDir: string): Promise<void> {
  await transact(scope, (tx) => letGo(tx, { endedBefore: new Date(tx.now().getTime() - KEPT_MS) }));
  await forgetUploads(scope, dataDir);
}
