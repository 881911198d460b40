import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { deleteSender, hasSender, insertSender } from './store.ts';

/** The key of a sender: his address in lower case. */
const keyOf = (address: string): string => address.trim().toLowerCase();

/** Whether mail from this address shows its remote pictures, to every agent. Nobody without an address ever does. */
export const picturesAllowed = async (scope: Scope, address: string): Promise<boolean> =>
  keyOf(address) !== '' && (await hasSender(scope, keyOf(address)));

/** From now on mail from this address shows its remote pictures. Again = no change. */
export async function allowPictures(scope: Scope | WriteScope, agentId: AgentId, address: string): Promise<void> {
  if (keyOf(address) !== '') await transact(scope, (tx) => insertSender(tx, agentId, keyOf(address)));
}

/** Takes the permission back. */
export async function forgetPictures(scope: Scope | WriteScope, address: string): Promise<void> {
  await transact(scope, (tx) => deleteSender(tx, keyOf(address)));
}
