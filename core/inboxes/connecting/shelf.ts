import type { PageContext, Route } from '../../http/context.ts';
import { ConflictError } from '../../lib/errors.ts';
import type { AgentId } from '../../lib/ids.ts';
import { mayConnectOwn } from './option.ts';
import { expectUnlocked } from './unlock.ts';

/** Whose mailboxes a set of pages connects and shows. */
export interface Shelf {
  readonly base: string;
  readonly may: Route['may'];
  /** Null = the company's. */
  readonly ownerOf: (ctx: PageContext) => AgentId | null;
  /** Raises personal_locked where somebody has yet to show that what is there is his. */
  readonly expectUnlocked: (ctx: PageContext) => Promise<void>;
  /** The same, and personal_mailboxes_off where mailboxes may not be connected now. */
  readonly expectOpen: (ctx: PageContext) => Promise<void>;
}

const always = async (): Promise<void> => {};

export const COMPANY: Shelf = {
  base: '/mailboxes',
  may: 'administrator',
  ownerOf: () => null,
  expectUnlocked: always,
  expectOpen: always,
};

/** Each agent's own, for as long as an administrator lets agents connect theirs. */
export const OWN: Shelf = {
  base: '/profile/mailboxes',
  may: 'agent',
  ownerOf: (ctx) => ctx.agent.id,
  expectUnlocked: ({ scope, agent }) => expectUnlocked(scope, agent.id),
  expectOpen: async ({ scope, agent }) => {
    await expectUnlocked(scope, agent.id);
    if (!(await mayConnectOwn(scope)))
      throw new ConflictError('personal_mailboxes_off', 'Connecting personal mailboxes is switched off', 'Ask an administrator.');
  },
};
