/** One message of an archive, byte for byte. */
export interface ArchivedMessage {
  /** Where it lies, for people: a file, with its place in it where there are several. */
  readonly name: string;
  readonly body: Buffer;
  /** When it arrived, as far as the archive tells. */
  readonly arrivedAt: Date | null;
  /** It lies among sent mail. */
  readonly isSent: boolean;
  /** Where to go on after it, in a file that holds several. */
  readonly next?: Place;
}

/** A message, or the name of what is left out: a message, or a file that holds none. */
export type Found = ArchivedMessage & { readonly leftOut?: Reason };

/** A place in a file: the byte at which a message begins, and how many came before it. */
export interface Place {
  readonly at: number;
  readonly number: number;
}
export const BEGINNING: Place = { at: 0, number: 0 };

/** Why something is left out. */
export const REASONS = ['too large', 'deleted', 'spam', 'draft', 'no mail'] as const;
export type Reason = (typeof REASONS)[number];

/** What is known of some messages (SHA-256) of an archive that is taken over in parts. */
export interface Before {
  /** They stood in the parts before. */
  readonly read: ReadonlySet<string>;
  /** This very part stored them before it was cut short. */
  readonly stored: ReadonlySet<string>;
}

/** What became of an archive. `read` = `added` + `known` + `repeated` + those messages of `skipped`. */
export interface ImportReport {
  readonly read: number;
  readonly added: number;
  /** The inbox had them already, and not from this import. */
  readonly known: number;
  /** The archive holds them more than once. */
  readonly repeated: number;
  /** Names of messages that were left out, and of files that hold none, each with one of the `REASONS`. */
  readonly skipped: readonly string[];
  /** Names of those that are not in the inbox afterwards although they should be: nothing but a fault of ours or of the disk. */
  readonly missing: readonly string[];
}
