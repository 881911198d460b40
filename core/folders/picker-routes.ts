import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { fileConversation } from '../conversations/file.ts';
import { findConversationRow } from '../conversations/list.ts';
import { lookingAt } from '../conversations/looking.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { type ConversationId, type FolderId, parseId } from '../lib/ids.ts';
import { allowFolder, foldersFor } from './allow.ts';
import { pathOf } from './tree.ts';

/** For how long the toast offers to put it back. */
const UNDO_SECONDS = 30;

/** The folder that was pressed, or the first whose path holds what was typed. */
const CHOSEN = z.object({ folderId: z.string().optional(), name: z.string().max(500).default('') });

/** Putting a conversation into another folder: a dialog with JavaScript, a page without. */
export function folderPickerRoutes(deps: WorkspaceDeps): readonly Route[] {
  const pickerOf = async (ctx: PageContext, id: ConversationId, problem = '') => {
    const row = await findConversationRow(ctx.scope, id);
    const folders = await foldersFor(ctx.scope, 'move');
    const home = deps.directory.record(row.inbox.id)?.folderId;
    const open = folders.filter(({ id: one, ownerId }) => ownerId === null || one === home);
    const places = open.map((one) => ({ id: one.id, path: pathOf(folders, one.id, ctx.t('folders.top')), on: one.id === row.folderId }));
    return { picker: { id, subject: row.subject, places, problem } };
  };

  const named = async (ctx: PageContext, name: string): Promise<FolderId | null> => {
    const words = name.trim().toLowerCase();
    if (words === '') return null;
    const folders = await foldersFor(ctx.scope, 'move');
    return folders.find(({ id }) => pathOf(folders, id, ctx.t('folders.top')).toLowerCase().includes(words))?.id ?? null;
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:move', id);
    const data = await pickerOf(ctx, id);
    if (ctx.isFragment) ctx.fragment('folders/_picker', data);
    else ctx.page('folders/picker', data);
  };

  const choose = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:move', id);
    await orRedraw(
      ctx,
      async () => {
        const { folderId: pressed, name } = CHOSEN.parse(ctx.form);
        const folderId = parseId<'folders'>(pressed ?? ctx.query['back']) ?? (await named(ctx, name));
        if (folderId === null) throw new InvalidError({ folderId: 'folders.problem.into' });
        await allowFolder(ctx.scope, 'move', folderId);
        const { folderId: from } = await findConversationRow(ctx.scope, id);
        await fileConversation(ctx.scope, id, folderId);
        const path = `/conversations/${id}/folder?back=${from}`;
        ctx.toast(ctx.t('folders.toast.filed'), 'done', from === folderId ? undefined : { path, seconds: UNDO_SECONDS, of: 0 });
        if (!ctx.isFragment) return ctx.seeOther(`/conversations/${id}`);
        const { talk } = await talkScreen(ctx.scope, deps, lookingAt(ctx, id));
        ctx.fragment('folders/_filed', { ...(await pickerOf(ctx, id)), talk });
      },
      async (errors) => {
        const data = await pickerOf(ctx, id, Object.values(errors).join(' '));
        if (ctx.isFragment) ctx.fragment('folders/_picker', data, 422);
        else ctx.page('folders/picker', data, 422);
      },
    );
  };

  return [
    { method: 'GET', path: '/conversations/:id/folder', may: 'agent', handle: show },
    { method: 'POST', path: '/conversations/:id/folder', may: 'agent', handle: choose },
  ];
}
