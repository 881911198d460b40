import type { Level } from '../folders/types.ts';

/** What whoever a conversation was shared with may do in it, whatever its folder. */
export const SHARED_LEVEL: Level = 'answer';

export const CONVERSATION_RIGHTS = [
  'conversation:read',
  'conversation:reply',
  'conversation:note',
  'conversation:close',
  'conversation:assign',
  'conversation:label',
  /** Put into the trash, and back. */
  'conversation:trash',
  /** Merge, split and move messages, put into another folder: needed for each conversation and folder that takes part. */
  'conversation:move',
  /** Invite somebody who does not see its folder. */
  'conversation:share',
] as const;
export type ConversationRight = (typeof CONVERSATION_RIGHTS)[number];

/** What an agent must be allowed in a folder to have the right there. */
export const NEEDED: Readonly<Record<ConversationRight, Level>> = {
  'conversation:read': 'see',
  'conversation:reply': 'answer',
  'conversation:note': 'answer',
  'conversation:close': 'move',
  'conversation:assign': 'move',
  'conversation:label': 'move',
  'conversation:trash': 'move',
  'conversation:move': 'move',
  'conversation:share': 'move',
};
