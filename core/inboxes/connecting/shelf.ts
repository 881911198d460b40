import type { Scope } from '../../db/scope.ts';
import type { PageContext, Route } from '../../http/context.ts';
import { ConflictError } from '../../lib/errors.ts';
import type { AgentId } from '../../lib/ids.ts';
import { mayConnectOwn } from './option.ts';

/** Whose mailboxes a set of pages connects and shows. */
export interface Shelf {
  readonly base: string;
  readonly may: Route['may'];
  /** Null = the company's. */
  readonly ownerOf: (ctx: PageContext) => AgentId | null;
  /** Raises personal_mailboxes_off where mailboxes may not be connected now. */
  readonly expectOpen: (ctx: { readonly scope: Scope }) => Promise<void>;
}

export const COMPANY: Shelf = { base: '/mailboxes', may: 'administrator', ownerOf: () => null, expectOpen: async () => {} };

/** Each agent's own, for as long as an administrator lets agents connect theirs. */
export const OWN: Shelf = {
  base: '/profile/mailboxes',
  may: 'agent',
  ownerOf: (ctx) => ctx.agent.id,
  expectOpen: async ({ scope }) => {
    if (!(await mayConnectOwn(scope)))
      throw new ConflictError('personal_mailboxes_off', 'Connecting personal mailboxes is switched off', 'Ask an administrator.');
  },
};
