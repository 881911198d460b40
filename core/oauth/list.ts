import { type Scope, transact } from '../db/scope.ts';
import { listClients, type StoredClient } from './client-store.ts';
import { deleteGrantsExcept, insertGrant, listGrants } from './grant-store.ts';
import { deleteLoginsBefore } from './login-store.ts';
import type { Grant, GrantId, Service } from './types.ts';

/** Services at which Centrala is registered; secrets stay sealed. */
export async function registrations(scope: Scope): Promise<ReadonlyMap<Service, StoredClient>> {
  return new Map((await listClients(scope)).map((client) => [client.service, client]));
}

/** What is known of everything that was granted; tokens stay sealed. */
export async function grants(scope: Scope): Promise<ReadonlyMap<GrantId, Grant>> {
  return new Map((await listGrants(scope)).map((grant) => [grant.id, grant]));
}

/** Something to be granted, by whoever logs in for it. */
export const askFor = (
  scope: Scope,
  about: { readonly service: Service; readonly account: string; readonly scopes: readonly string[] },
): Promise<GrantId> => transact(scope, (tx) => insertGrant(tx, about));

const KEPT_MS = 7 * 86_400_000;

/** Grants that no inbox names for a week, and log-ins that are over. */
export async function forgetOldGrants(scope: Scope, inUse: readonly GrantId[]): Promise<number> {
  const before = new Date(scope.now().getTime() - KEPT_MS);
  return transact(scope, async (tx) => {
    await deleteLoginsBefore(tx, before);
    return deleteGrantsExcept(tx, inUse, before);
  });
}
