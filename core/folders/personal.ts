import type { Scope, WriteScope } from '../db/scope.ts';
import { listInboxes } from '../inboxes/list.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import type { AgentId, FolderId, InboxId } from '../lib/ids.ts';
import { refreshAccess } from './access.ts';
import { listEveryFolder } from './list.ts';
import { insertFolder, isNameTaken, lockFoldersOf, lockTree, unlockFolder } from './store.ts';
import { MAX_NAME_CHARS, TOP_FOLDER } from './types.ts';

/** After every folder of the company. */
const LAST = 1_000_000;

/** A folder that nobody but its owner sees, called by the address of the mailbox that comes there. */
export async function addPersonalFolder(tx: WriteScope, ownerId: AgentId, address: string): Promise<FolderId> {
  await lockTree(tx);
  const name = await freeName(tx, address.slice(0, MAX_NAME_CHARS - 4));
  const id = await insertFolder(tx, { parentId: TOP_FOLDER, name, position: LAST, ownerId });
  await refreshAccess(tx, [ownerId]);
  tx.emit({ type: 'folder.changed', data: { folderId: id } });
  return id;
}

/**
 * Closes somebody's personal folders to himself: who sets another one's password could log in with it and read them. They open when he
 * shows that the mailbox is his.
 */
export async function lockPersonal(tx: WriteScope, ownerId: AgentId): Promise<void> {
  await lockTree(tx);
  if (await lockFoldersOf(tx, ownerId)) await opened(tx, ownerId);
}

export async function unlockPersonal(tx: WriteScope, ownerId: AgentId, id: FolderId): Promise<void> {
  await lockTree(tx);
  await unlockFolder(tx, id);
  await opened(tx, ownerId);
}

async function opened(tx: WriteScope, ownerId: AgentId): Promise<void> {
  await refreshAccess(tx, [ownerId]);
  tx.emit({ type: 'folder_rights.changed', data: { agentIds: [ownerId] } });
}

/** His personal folders that are closed to himself. */
export const lockedFoldersOf = async (scope: Scope, ownerId: AgentId): Promise<readonly FolderId[]> =>
  (await listEveryFolder(scope)).flatMap((one) => (one.ownerId === ownerId && one.isLocked ? [one.id] : []));

/** Whose a folder is; null = the company's. */
export const ownerOfFolder = async (scope: Scope, id: FolderId): Promise<AgentId | null> =>
  (await listEveryFolder(scope)).find((one) => one.id === id)?.ownerId ?? null;

/**
 * Into a personal folder goes only what came to its own mailbox: else whoever has one could hide what is the company's. Raises
 * invalid.
 */
export async function expectOwnMail(scope: Scope, folderId: FolderId, inboxesOf: () => Promise<readonly InboxId[]>): Promise<void> {
  if ((await ownerOfFolder(scope, folderId)) === null) return;
  const own = new Set((await listInboxes(scope)).flatMap((inbox) => (inbox.folderId === folderId ? [inbox.id] : [])));
  if ((await inboxesOf()).every((id) => own.has(id))) return;
  throw new InvalidError({ folderId: 'folders.problem.personal' });
}

/** What is personal and what is not become no one conversation: first the owner moves it to another folder. Raises personal_apart. */
export async function expectSameOwner(scope: Scope, one: FolderId, other: FolderId): Promise<void> {
  if (one === other) return;
  if ((await ownerOfFolder(scope, one)) === (await ownerOfFolder(scope, other))) return;
  throw new ConflictError('personal_apart', 'One of the conversations is personal', 'Move it to another folder first.');
}

async function freeName(tx: WriteScope, name: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? name : `${name} ${n}`;
    if (!(await isNameTaken(tx, TOP_FOLDER, tried, null))) return tried;
  }
}
