import type { VirusVerdict } from '../ingest/verdict.ts';
import type { AgentId, Id } from '../lib/ids.ts';

export type FileId = Id<'files'>;

/** A file of the company, or a folder of such files. Everybody who works here sees all of them. */
export interface CompanyFile {
  readonly id: FileId;
  /** The folder it is in; null = at the top. */
  readonly parentId: FileId | null;
  readonly isFolder: boolean;
  readonly name: string;
  /** As whoever added it said; what is shown of it, its bytes decide. '' = a folder. */
  readonly contentType: string;
  readonly bytes: number;
  /** '' = a folder. */
  readonly sha256: string;
  /** Null = his account is gone. */
  readonly addedBy: { readonly id: AgentId; readonly name: string } | null;
  readonly addedAt: Date;
  /** Of one that was added while no scanner answered, or that is too large for it; null = all is well, or nobody asked. */
  readonly virus: VirusVerdict | null;
}

export const MAX_NAME_CHARS = 150;
/** In one upload. */
export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
