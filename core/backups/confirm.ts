import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { leaveNumbersOut } from '../db/numbers.ts';
import { type Scope, transact } from '../db/scope.ts';
import { doubtRestored } from '../deliveries/recover.ts';
import { voidAllLinks } from '../password-resets/redeem.ts';
import { endAllSessions } from '../sessions/end-sessions.ts';
import { noteRestoredAt } from '../settings/restored-at.ts';
import { BackupError } from './backup-error.ts';
import { type Outcome, writeOutcome } from './outcome.ts';
import { type PreparedFile, readPrepared, removePrepared } from './prepared-file.ts';
import { readNote, removeNote } from './restored-note.ts';
import { settleRestored } from './store.ts';
import { endSwap, pendingSwap } from './swap.ts';
import { sentence } from './take.ts';
import type { RestoreProblem } from './types.ts';

interface Here {
  readonly dataDir: string;
  readonly now: () => Date;
}

/** What stands in for the name of a snapshot where a file was restored. */
export const ARCHIVE = 'archive';
/** The same where it was brought forward to a moment. */
export const MOMENT = 'moment';
/** The same where people put older data there without us. */
export const BY_HAND = 'by-hand';

const EMPTY = { snapshot: '', createdAt: '', rows: 0, files: 0, lost: 0, before: null, schemaBefore: null };

/**
 * Right after restored data was opened: its own backup, which was under way when the copy was made, is a good one; nothing that was sent
 * since goes out again, whoever was logged out since is not logged in again, no number that was given since is given again, and that it was
 * restored is in the audit. Answers how many deliveries wait for a person now.
 */
export async function noteRestored(scope: Scope, dataDir: string): Promise<number> {
  const byCommand = await readNote(dataDir);
  const swap = pendingSwap(dataDir);
  const prepared = swap?.phase === 'answer' ? await readPrepared(dataDir, swap.from) : null;
  const snapshot = prepared?.snapshot ?? byCommand;
  if (snapshot === null) return 0;
  const held = await doubtRestored(scope);
  await transact(scope, async (tx) => {
    // Neither an archive nor a moment is a backup of the list as it is.
    if (prepared && snapshot !== ARCHIVE && snapshot !== MOMENT) await settleRestored(tx, asDone(prepared));
    await endAllSessions(tx);
    await leaveNumbersOut(tx.db);
    await voidAllLinks(tx);
    await noteRestoredAt(tx);
    tx.emit({ type: 'backup.restored', data: { snapshot } });
  });
  await removeNote(dataDir);
  return held;
}

const asDone = ({ snapshot, manifest, files }: PreparedFile) => ({
  snapshot,
  files,
  rows: rowsOf(manifest),
  finishedAt: manifest.createdAt,
});

/** Once everything answers with the restored data: the old is only kept beside from now on. */
export async function confirmRestored({ dataDir, now }: Here): Promise<void> {
  const swap = pendingSwap(dataDir);
  if (swap?.phase !== 'answer' || swap.ticket === null) return;
  const { snapshot, manifest, files, lost } = await readPrepared(dataDir, swap.from);
  const before = join(dataDir, swap.before);
  await writeOutcome(dataDir, {
    ticket: swap.ticket,
    snapshot,
    files,
    lost,
    createdAt: manifest.createdAt,
    at: now().toISOString(),
    rows: rowsOf(manifest),
    before: existsSync(before) ? before : null,
    schemaBefore: swap.schema?.before ?? null,
    problem: null,
    detail: null,
  });
  await endSwap(dataDir);
  await removePrepared(dataDir, swap.from);
}

/** That a restore came to nothing, and why: null = its process ended. */
export async function confirmFailure(
  { dataDir, now }: Here,
  { ticket, from }: { ticket: string; from: string },
  error: unknown,
  problem?: RestoreProblem,
): Promise<void> {
  const known = await readPrepared(dataDir, from).catch(() => null);
  await writeOutcome(dataDir, { ...EMPTY, ...about(known), ticket, at: now().toISOString(), ...reason(error, problem) });
}

const about = (known: PreparedFile | null): Partial<Outcome> =>
  known ? { snapshot: known.snapshot, createdAt: known.manifest.createdAt } : {};

function reason(error: unknown, problem?: RestoreProblem): Pick<Outcome, 'problem' | 'detail'> {
  if (error === null) return { problem: problem ?? 'interrupted', detail: null };
  return { problem: problem ?? (error instanceof BackupError ? error.problem : 'other'), detail: sentence(error) };
}

const rowsOf = ({ tables }: PreparedFile['manifest']): number => Object.values(tables).reduce((sum, count) => sum + count, 0);
