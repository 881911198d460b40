/* What a comparison of an account with what was kept of it found. Part of contract.ts, which plugins import. */

/** A message that the server had and we had not. */
export interface MissingMessage {
  readonly subject: string;
  readonly from: string;
  readonly at: Date | null;
}

/** One folder as far as it has been read. */
export interface FolderComparison {
  readonly path: string;
  /** Messages on the server. */
  readonly server: number;
  /** Those of them that are here, counting what was fetched just now. */
  readonly here: number;
  /** Found missing, and fetched at once. */
  readonly fetched: number;
  /** Here, and no longer there: moved or deleted on the server. */
  readonly gone: number;
  /** The first of what was found missing. */
  readonly missing: readonly MissingMessage[];
}

export interface Comparison {
  readonly at: Date;
  /** Without those that could not be compared, because the server gives their messages new numbers or has them no more. */
  readonly folders: readonly FolderComparison[];
}
