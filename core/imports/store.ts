import { z } from 'zod';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, Id, InboxId } from '../lib/ids.ts';
import type { Before, Place } from './types.ts';

export type MailImportId = Id<'mail_imports'>;

interface Row {
  id: MailImportId;
  inbox_id: InboxId;
  files: string;
  is_sent: boolean | number;
  is_trial: boolean | number;
  counts: string;
  file_at: number;
  /** PostgreSQL gives a bigint as text. */
  byte_at: number | string;
  number_at: number;
  problem: string | null;
  has_files: boolean | number;
  first_name: string | null;
  last_name: string | null;
  started_at: string;
  ended_at: string | null;
}

const FILES = z.array(z.object({ filename: z.string(), sha256: z.string(), bytes: z.number() }));
const COUNTS = z.object({
  read: z.number(),
  added: z.number(),
  known: z.number(),
  repeated: z.number(),
  leftOut: z.number(),
  /** The first twenty names of those, with the reason. */
  skipped: z.array(z.string()),
  missing: z.number(),
});
export type ImportCounts = z.output<typeof COUNTS>;
export type ImportFile = z.output<typeof FILES>[number];
export const NOTHING: ImportCounts = { read: 0, added: 0, known: 0, repeated: 0, leftOut: 0, skipped: [], missing: 0 };

/** An archive that was sent by the browser. */
export interface MailImport {
  readonly id: MailImportId;
  readonly inboxId: InboxId;
  readonly files: readonly ImportFile[];
  readonly isSent: boolean;
  /** Nothing is stored. */
  readonly isTrial: boolean;
  readonly counts: ImportCounts;
  /** How far it is: which file, and where in it. */
  readonly fileAt: number;
  readonly place: Place;
  /** End of a key under `mail-imports.problem.`; null = none. */
  readonly problem: string | null;
  /** They are still on the disk. */
  readonly hasFiles: boolean;
  readonly by: string;
  readonly startedAt: Date;
  /** Null = it goes on. */
  readonly endedAt: Date | null;
}

type NewImport = Pick<MailImport, 'inboxId' | 'files' | 'isSent' | 'isTrial'> & { readonly agentId: AgentId };

export async function insertImport(tx: WriteScope, made: NewImport): Promise<MailImportId> {
  const [row] = await tx
    .db('mail_imports')
    .insert({
      inbox_id: made.inboxId,
      agent_id: made.agentId,
      files: JSON.stringify(made.files),
      is_sent: made.isSent,
      is_trial: made.isTrial,
      counts: JSON.stringify(NOTHING),
      started_at: tx.now().toISOString(),
    })
    .returning('id');
  return row.id;
}

export async function importsNewest({ db }: Scope, limit: number): Promise<readonly MailImport[]> {
  const rows: Row[] = await READ(db).orderBy('i.id', 'desc').limit(limit);
  return rows.map(fromRow);
}

export async function importById({ db }: Scope, id: MailImportId): Promise<MailImport | null> {
  const row: Row | undefined = await READ(db).where('i.id', id).first();
  return row ? fromRow(row) : null;
}

type Step = Pick<MailImport, 'counts' | 'fileAt' | 'place' | 'problem' | 'endedAt'>;

/** How far it is, and what the step has read (SHA-256); one that has ended needs to know none of it. */
export async function saveStep({ db }: WriteScope, id: MailImportId, step: Step, hashes: readonly string[] = []): Promise<void> {
  await db('mail_imports')
    .where({ id })
    .update({
      counts: JSON.stringify(step.counts),
      file_at: step.fileAt,
      byte_at: step.place.at,
      number_at: step.place.number,
      problem: step.problem,
      ended_at: step.endedAt?.toISOString() ?? null,
    });
  if (step.endedAt) await db('mail_import_hashes').where({ import_id: id }).delete();
  else await noteHashes(db, id, hashes, true);
}

/** What a step that is not over has stored. */
export const noteStored = ({ db }: WriteScope, id: MailImportId, hashes: readonly string[]): Promise<void> =>
  noteHashes(db, id, hashes, false);

async function noteHashes(db: WriteScope['db'], id: MailImportId, hashes: readonly string[], isCounted: boolean): Promise<void> {
  if (hashes.length === 0) return;
  const rows = hashes.map((sha256) => ({ import_id: id, sha256, is_counted: isCounted }));
  await db('mail_import_hashes').insert(rows).onConflict(['import_id', 'sha256']).merge();
}

export async function hashesBefore({ db }: Scope, id: MailImportId, hashes: readonly string[]): Promise<Before> {
  const rows: { sha256: string; is_counted: boolean | number }[] = await db('mail_import_hashes')
    .where({ import_id: id })
    .whereIn('sha256', [...hashes])
    .select('sha256', 'is_counted');
  const of = (isCounted: boolean) => new Set(rows.filter((row) => Boolean(row.is_counted) === isCounted).map(({ sha256 }) => sha256));
  return { read: of(true), stored: of(false) };
}

/** Which uploads are needed still: those of all imports that have them. */
export async function heldUploads({ db }: Scope): Promise<ReadonlySet<string>> {
  const rows: string[] = await db('mail_imports').where({ has_files: true }).pluck('files');
  return new Set(rows.flatMap((text) => FILES.parse(JSON.parse(text)).map(({ sha256 }) => sha256)));
}

/** These need theirs no more: ended before that moment, or this very one. */
export async function letGo({ db }: WriteScope, which: { readonly id: MailImportId } | { readonly endedBefore: Date }): Promise<void> {
  const query = db('mail_imports').where({ has_files: true }).whereNotNull('ended_at');
  if ('id' in which) query.where({ id: which.id });
  else query.where('ended_at', '<', which.endedBefore.toISOString());
  await query.update({ has_files: false });
}

const READ = (db: Scope['db']) =>
  db('mail_imports as i').leftJoin('agents as a', 'a.id', 'i.agent_id').select('i.*', 'a.first_name', 'a.last_name');

const fromRow = (row: Row): MailImport => ({
  id: row.id,
  inboxId: row.inbox_id,
  files: FILES.parse(JSON.parse(row.files)),
  isSent: Boolean(row.is_sent),
  isTrial: Boolean(row.is_trial),
  counts: COUNTS.parse(JSON.parse(row.counts)),
  fileAt: row.file_at,
  place: { at: Number(row.byte_at), number: row.number_at },
  problem: row.problem,
  hasFiles: Boolean(row.has_files),
  by: `${row.first_name ?? ''} ${row.last_name ?? ''}`.trim(),
  startedAt: new Date(row.started_at),
  endedAt: row.ended_at === null ? null : new Date(row.ended_at),
});
