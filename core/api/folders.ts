import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { listShares, shareConversation, unshareConversation } from '../conversations/share.ts';
import { type Scope, transact } from '../db/scope.ts';
import { foldersFor, type OwnFolder } from '../folders/allow.ts';
import { addFolder, changeFolder, orderFolder } from '../folders/edit.ts';
import { removeFolder } from '../folders/remove.ts';
import { LEVELS } from '../folders/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { FolderId } from '../lib/ids.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageInMemory } from './paging.ts';
import { id, idNumber, idText, instant, named, pageOf, paging } from './schemas.ts';

const name = z.string().max(500).describe('1 to 60 characters; no two in one folder differ only in case.');
const folder = named(
  'Folder',
  z.strictObject({
    id,
    parentId: id.nullable().describe('Null: the one that always exists.'),
    name: z.string().describe('Empty for that one until somebody renames it.'),
    level: z.enum(LEVELS).describe('What the agent of the key may do in it, each with all before it.'),
  }),
);
const removed = named(
  'RemovedFolder',
  z.strictObject({ id, isGone: z.boolean().describe('False: its conversations are still being moved.') }),
);
const share = named(
  'Share',
  z.strictObject({ agentId: id, name: z.string(), by: z.string().describe('Empty when not known.'), at: instant }),
);
const sharePage = pageOf('SharePage', share);
const _forbidden = { 403: '`forbidden`: the agent of the key is not an administrator' };

const view = ({ id, parentId, name, level }: OwnFolder): z.input<typeof folder> => ({ id, parentId, name, level });

/** Folders that the agent sees; changing them needs a key of an administrator. And with whom one conversation is shared beyond them. */
export function folderEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/folders',
      summary: 'The folders that the agent of the key sees, in the order of the tree',
      query: z.strictObject(paging),
      response: pageOf('FolderPage', folder),
      handle: async ({ scope, query }) => {
        const { items, next } = pageInMemory(await foldersFor(scope, 'see'), query.limit, query.cursor);
        return { items: items.map(view), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/folders',
      needs: 'administrator',
      summary: 'Add a folder, as the last one of its place',
      body: z.strictObject({ name, parentId: idNumber.optional().describe('Absent = in the one that always exists.') }),
      response: folder,
      status: 201,
      handle: async ({ scope, body }) => {
        return answer(scope, (await addFolder(scope, body.name, body.parentId)).id);
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/folders/:id',
      needs: 'administrator',
      summary: 'Rename a folder, put it into another one, or move it among its siblings',
      body: z.strictObject({
        name: name.optional(),
        parentId: idNumber.optional(),
        position: z.int().min(1).max(10_000).optional().describe('1 = the first.'),
      }),
      response: folder,
      handle: async ({ scope, id: folderId, body: { position, ...changes } }) => {
        await transact(scope, async (tx) => {
          await changeFolder(tx, folderId, changes);
          if (position !== undefined) await orderFolder(tx, folderId, position);
        });
        return answer(scope, folderId);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/folders/:id',
      needs: 'administrator',
      summary: 'Remove a folder; what is in it goes to another one',
      query: z.strictObject({
        into: idText
          .optional()
          .describe(
            'Needed unless it is empty; absent = the top folder. Rules, templates and saved views of the folder name this one then.',
          ),
      }),
      response: removed,
      errors: { 409: '`folder_top`; `folder_has_others`: move or remove those first' },
      handle: async ({ scope, id: folderId, query }) => {
        return { id: folderId, isGone: await removeFolder(scope, folderId, query.into ?? null) };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/conversations/:id/shares',
      summary: 'With whom a conversation is shared beside those who see its folder',
      response: sharePage,
      handle: async ({ scope, id: conversationId }) => {
        await allow(scope, 'conversation:share', conversationId);
        const items = (await listShares(scope, conversationId)).map((one) => ({ ...one, at: one.at.toISOString() }));
        return { items, next: null };
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/conversations/:id/shares',
      summary: 'Say with whom a conversation is shared: all of them',
      description: 'They may read it and answer, whatever its folder. Whoever is new is notified.',
      body: z.strictObject({ agentIds: z.array(idNumber).max(100) }),
      response: sharePage,
      handle: async ({ scope, id: conversationId, body }) => {
        await allow(scope, 'conversation:share', conversationId);
        await transact(scope, async (tx) => {
          const before = (await listShares(tx, conversationId)).map(({ agentId }) => agentId);
          for (const agentId of before)
            if (!body.agentIds.includes(agentId as never)) await unshareConversation(tx, conversationId, agentId);
          for (const agentId of body.agentIds) await shareConversation(tx, conversationId, agentId);
        });
        const items = (await listShares(scope, conversationId)).map((one) => ({ ...one, at: one.at.toISOString() }));
        return { items, next: null };
      },
    }),
  ];
}

async function answer(scope: Scope, folderId: FolderId): Promise<z.input<typeof folder>> {
  const found = (await foldersFor(scope, 'see')).find((one) => one.id === folderId);
  if (!found) throw new NotFoundError('The folder');
  return view(found);
}
