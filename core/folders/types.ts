import type { AgentId, FolderId } from '../lib/ids.ts';

/** The one folder that always exists, above all others; new mail comes here unless its inbox says otherwise. */
export const TOP_FOLDER = 1 as FolderId;
/** Steps from the top one, which is the first. */
export const MAX_DEPTH = 8;
export const MAX_NAME_CHARS = 60;

/** What an agent may do in a folder, each with all before it. The place in this list is the number that is stored. */
export const LEVELS = ['none', 'see', 'answer', 'move', 'manage'] as const;
export type Level = (typeof LEVELS)[number];
/** For whoever nothing was said about, in the top folder and so in all of them. */
export const USUAL_LEVEL: Level = 'move';
/** What the owner of a personal folder may do in it. */
export const OWNER_LEVEL: Level = 'move';

export const rankOf = (level: Level): number => LEVELS.indexOf(level);
/** An unknown number is nothing at all. */
export const levelOfRank = (rank: number): Level => LEVELS[rank] ?? 'none';

/** Where conversations are sorted, with who may see it (*katalog*). */
export interface Folder {
  readonly id: FolderId;
  /** Null only for the top one. */
  readonly parentId: FolderId | null;
  /** Empty only for a top one that nobody has renamed: the screens have a word for it in each language. */
  readonly name: string;
  /** Of a personal folder, which nobody else sees, an administrator neither: whose mailbox comes there. Null = a folder of the company. */
  readonly ownerId: AgentId | null;
  /** Closed to its owner too, until he shows that the mailbox is his: his password was set by somebody else. */
  readonly isLocked: boolean;
}

/** A folder in the order of the tree. */
export interface TreeFolder extends Folder {
  /** 0 for the top one. */
  readonly depth: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}
