import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { findAgents } from './store.ts';

const KEY = 'agents.limit';
export const LIMIT = { least: 1, most: 10_000 } as const;

/** How many active users there may be; null = as many as one likes. */
export async function readLimit(scope: Scope): Promise<number | null> {
  return Number((await readSetting(scope, KEY)) ?? '') || null;
}

/** Whoever is here already stays, also above a new limit. */
export async function changeLimit(scope: Scope | WriteScope, limit: number | null): Promise<void> {
  await transact(scope, (tx) => writeSetting(tx, KEY, limit === null ? '' : String(limit)));
}

/** Raises invalid where no further user may be active. */
export async function expectRoom(tx: WriteScope): Promise<void> {
  const limit = await readLimit(tx);
  if (limit === null) return;
  const active = (await findAgents(tx)).filter(({ status }) => status === 'active').length;
  if (active >= limit) throw new InvalidError({ limit: 'agents.limit.full' });
}
