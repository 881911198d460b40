import { type Scope, transact } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { type AgentId, type InboxId, parseId } from '../lib/ids.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { ownDefault, updateOwnDefault } from './default-store.ts';
import type { InboxRecord } from './types.ts';

const KEY = 'sending.default_inbox';

/** What was said of where new messages leave from; null = nothing. */
export interface Defaults {
  readonly own: InboxId | null;
  readonly company: InboxId | null;
}

export const readDefaults = async (scope: Scope, agentId: AgentId): Promise<Defaults> => ({
  own: await ownDefault(scope, agentId),
  company: await readCompanyDefault(scope),
});

/** Null = the administrator chose none. */
export const readCompanyDefault = async (scope: Scope): Promise<InboxId | null> => parseId<'inboxes'>(await readSetting(scope, KEY));

/**
 * From where a new message leaves when nobody chose: his own default, the company's, the first. `sending` = the inboxes from which he can send now;
 * `missing` = the default that would have come first, where it cannot send or is not his any more.
 */
export function pickDefault<T extends Pick<InboxRecord, 'id'>>(
  { own, company }: Defaults,
  sending: readonly T[],
): { readonly inbox: T | null; readonly missing: InboxId | null } {
  const find = (id: InboxId | null): T | undefined => sending.find((one) => one.id === id);
  const wanted = own ?? company;
  return { inbox: find(own) ?? find(company) ?? sending[0] ?? null, missing: wanted !== null && !find(wanted) ? wanted : null };
}

/** Null = what holds for the company. Raises invalid for one that is not among `open`, those that he may use. */
export async function chooseOwnDefault(
  scope: Scope,
  agentId: AgentId,
  id: InboxId | null,
  open: readonly Pick<InboxRecord, 'id'>[],
): Promise<void> {
  expectOne(id, open);
  await transact(scope, (tx) => updateOwnDefault(tx, agentId, id));
}

/** Null = the first that can send. */
export async function chooseCompanyDefault(scope: Scope, id: InboxId | null, open: readonly Pick<InboxRecord, 'id'>[]): Promise<void> {
  expectOne(id, open);
  await transact(scope, (tx) => writeSetting(tx, KEY, id === null ? '' : String(id)));
}

function expectOne(id: InboxId | null, open: readonly Pick<InboxRecord, 'id'>[]): void {
  if (id !== null && !open.some((one) => one.id === id)) throw new InvalidError({ inboxId: 'mailboxes.default.gone' });
}
