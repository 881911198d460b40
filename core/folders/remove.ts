import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { templatesInstead } from '../canned-responses/instead.ts';
import { lockedExact } from '../conversations/change.ts';
import { refile } from '../conversations/file.ts';
import { conversationsIn } from '../conversations/in-folder.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import { type FolderId, parseId } from '../lib/ids.ts';
import { rulesInstead } from '../rules/instead.ts';
import { viewsInstead } from '../saved-views/instead.ts';
import { closeFolder, deleteFolder, lockShared, redirectInboxes } from './store.ts';
import { familyOf } from './tree.ts';
import { TOP_FOLDER } from './types.ts';

export const EMPTY_FOLDER_JOB = 'folder_empty';

const DATA = z.object({ folderId: z.int(), intoId: z.int() });
const BATCH = 50;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 10;

/**
 * Removes a folder in which there is no other one. What is in it goes to `intoId`, one by one in a job, and so does what comes to its
 * inboxes and what rules, templates and saved views name it for; then it is gone. Answers whether that was at once. Raises not_found, folder_top, folder_has_others, or invalid without a place for what is in it.
 */
export async function removeFolder(scope: Scope | WriteScope, id: FolderId, intoId: FolderId | null): Promise<boolean> {
  return transact(scope, async (tx) => {
    const folders = await lockShared(tx);
    if (!folders.some((one) => one.id === id)) throw new NotFoundError('The folder');
    if (id === TOP_FOLDER) throw new ConflictError('folder_top', 'This folder always exists', 'Rename it.');
    if (familyOf(folders, id).length > 1)
      throw new ConflictError('folder_has_others', 'There are folders in this one', 'Move or remove those first.');
    await closeFolder(tx, id);
    const isEmpty = (await conversationsIn(tx, id, 1)).length === 0;
    if (intoId === id || (intoId !== null && !folders.some((one) => one.id === intoId)))
      throw new InvalidError({ into: 'folders.problem.into' });
    if (!isEmpty && intoId === null) throw new InvalidError({ into: 'folders.problem.into' });
    const target = intoId ?? TOP_FOLDER;
    for (const inboxId of await redirectInboxes(tx, id, target === TOP_FOLDER ? null : target))
      tx.emit({ type: 'inbox.changed', data: { inboxId } });
    for (const follow of [rulesInstead, templatesInstead, viewsInstead]) await follow(tx, { folder: [id, target] });
    if (isEmpty) await deleteFolder(tx, id);
    else await enqueue(tx, [{ kind: EMPTY_FOLDER_JOB, data: { folderId: id, intoId: target } }]);
    tx.emit({ type: 'folder.changed', data: { folderId: id } });
    return isEmpty;
  });
}

/** Moves what is in a folder that is to go, then removes it; where the other folder is gone by then, to the top one. */
export function emptyFolderHandler(): JobHandler {
  return async (scope, job, signal) => {
    const data = DATA.parse(job.data);
    const [folderId, intoId] = [parseId<'folders'>(data.folderId), parseId<'folders'>(data.intoId)];
    if (folderId === null || intoId === null) return;
    while (await emptySome(scope, folderId, intoId)) {
      if (signal.aborted) return transact(scope, (tx) => enqueue(tx, [{ kind: EMPTY_FOLDER_JOB, data: { folderId, intoId } }]));
      await wait(PAUSE_MS);
    }
  };
}

/** Deals with some of them; false when nothing is left to do. A folder that others were put into meanwhile stays. */
function emptySome(scope: Scope, id: FolderId, intoId: FolderId): Promise<boolean> {
  return transact(scope, async (tx) => {
    const ids = await conversationsIn(tx, id, BATCH);
    if (ids.length > 0) {
      const folders = await lockShared(tx);
      const target = folders.some((one) => one.id === intoId) ? intoId : TOP_FOLDER;
      for (const one of ids) await refile(tx, await lockedExact(tx, one), target);
      return true;
    }
    const family = familyOf(await lockShared(tx), id);
    await closeFolder(tx, id);
    if ((await conversationsIn(tx, id, 1)).length > 0) return true;
    if (family.length !== 1) return false;
    await redirectInboxes(tx, id, null);
    await deleteFolder(tx, id);
    tx.emit({ type: 'folder.changed', data: { folderId: id } });
    return false;
  });
}
