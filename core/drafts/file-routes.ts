import { allow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { findFile, folderPath, listFiles } from '../files/keep.ts';
import { fileRow } from '../files/view.ts';
import { expectHarmlessFile } from '../files/withheld.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { type ConversationId, parseId } from '../lib/ids.ts';
import { readComposer } from './form.ts';
import { readDraft, saveWithFiles } from './save.ts';

/** Putting a file of the company into what is being written: a page to choose it on, and back to the draft. */
export function draftFileRoutes({ maxMessageBytes: maxBodyBytes }: { readonly maxMessageBytes: number }): readonly Route[] {
  const conversationOf = async (ctx: PageContext): Promise<ConversationId | null> => {
    if (ctx.params['id'] === undefined) return null;
    const id = await leadsTo(ctx.scope, idParam(ctx, 'conversations'));
    await allow(ctx.scope, 'conversation:read', id);
    return id;
  };
  const back = (ctx: PageContext): string => `/conversations/${ctx.params['id'] ?? 'new'}`;

  const choices = async (ctx: PageContext): Promise<void> => {
    await conversationOf(ctx);
    const [at, q, cursor] = [parseId<'files'>(ctx.query['in']), queryText(ctx, 'q', 200), queryText(ctx, 'cursor', 1_000) || null];
    const { items, next } = await listFiles(ctx.scope, at, q, cursor);
    const base = `${back(ctx)}/draft/files`;
    const query = new URLSearchParams({ ...(at === null ? {} : { in: String(at) }), ...(q ? { q } : {}), cursor: next ?? '' });
    const rows = items.map((file) => ({ ...fileRow(file), href: file.isFolder ? `${base}?in=${file.id}` : `/files/${file.id}` }));
    const above = (await folderPath(ctx.scope, at)).map(({ id, name }) => ({ name, href: `${base}?in=${id}` }));
    ctx.page('files/choose', { rows, q, at, above, base, back: back(ctx), more: next && `${base}?${query}` });
  };

  /** Keeps what was written, files included, and shows the list. */
  const leave = async (ctx: PageContext): Promise<void> => {
    const id = await conversationOf(ctx);
    await saveWithFiles(ctx.scope, ctx.agent.id, id, readComposer(ctx.form).draft, ctx.uploads);
    ctx.seeOther(`${back(ctx)}/draft/files`);
  };

  /** Puts it into the stored draft, and goes back to that. */
  const add = async (ctx: PageContext): Promise<void> => {
    const id = await conversationOf(ctx);
    const { isFolder, name, contentType, bytes, sha256, virus } = await findFile(ctx.scope, idParam(ctx, 'files', 'file'));
    if (isFolder) throw new NotFoundError('The file');
    expectHarmlessFile({ virus });
    const written = (await readDraft(ctx.scope, ctx.agent.id, id)) ?? readComposer({ kind: id === null ? 'new' : 'reply' }).draft;
    await saveWithFiles(ctx.scope, ctx.agent.id, id, written, [{ filename: name, contentType, bytes, sha256 }]);
    ctx.toast(ctx.t('files.toast.attached', { name }));
    ctx.seeOther(back(ctx));
  };

  const both = (method: 'GET' | 'POST', path: string, handle: Route['handle']): readonly Route[] =>
    ['/conversations/new', '/conversations/:id'].map((start) => ({
      ...{ method, path: `${start}/draft/${path}`, may: 'agent', handle },
      ...(method === 'POST' ? { maxBodyBytes } : {}),
    }));
  return [...both('GET', 'files', choices), ...both('POST', 'files', leave), ...both('POST', 'files/:file', add)];
}
