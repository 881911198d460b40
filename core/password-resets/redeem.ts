import { setPassword } from '../agents/change-password.ts';
import { existingAgent } from '../agents/edit-agent.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import { AppError } from '../lib/errors.ts';
import { sha256 } from '../lib/secrets.ts';
import { findResetAgent, useReset, useResetsOfAll } from './store.ts';

/** The link was used, replaced by a newer one, is too old, or never was ours: all look the same. */
export class LinkDeadError extends AppError {
  constructor() {
    super('link_dead', 410, 'This link no longer works', { help: 'Ask for a new one on the log-in page.' });
  }
}

/** Whose link it is. Throws LinkDeadError. */
export async function linkOwner(scope: Scope, token: unknown): Promise<Agent> {
  const id = isToken(token) ? await findResetAgent(scope, sha256(token)) : null;
  if (id === null) throw new LinkDeadError();
  return existingAgent(scope, id);
}

/** Sets the password and uses the link up, in one transaction; every session of the agent ends. Throws LinkDeadError or InvalidError. */
export async function redeemLink(scope: Scope, token: unknown, password: string): Promise<Agent> {
  const agent = await linkOwner(scope, token);
  await setPassword(scope, agent.id, password, async (tx) => {
    if (!isToken(token) || !(await useReset(tx, sha256(token)))) throw new LinkDeadError();
  });
  return agent;
}

/** After data was restored: a link that was used since must not work again. Whoever was invited and has no password yet keeps his. */
export const voidAllLinks = (tx: WriteScope): Promise<void> => useResetsOfAll(tx);

const isToken = (token: unknown): token is string => typeof token === 'string' && /^[a-z0-9]{32}$/.test(token);
