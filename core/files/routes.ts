import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile, sendPreview } from '../http/files.ts';
import { idParam, orRedraw, queryText, typedText } from '../http/params.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { previewOf } from '../messages/preview.ts';
import { readQuotas } from '../quota/usage.ts';
import { addFiles, addFolder, changeFile, findFile, folderPath, listFiles, listFolders, mayKeep, removeFile } from './keep.ts';
import { type FileId, MAX_UPLOAD_BYTES } from './types.ts';
import { bytesOfFiles } from './use.ts';
import { fileRow, folderHref } from './view.ts';
import { expectHarmlessFile } from './withheld.ts';

export interface FileRouteDeps {
  readonly blobs: Pick<Blobs, 'open' | 'read'>;
}

/** The company's files: folders, files, what is shown of them. Everybody who works here sees all of them. */
export function fileRoutes({ blobs }: FileRouteDeps): readonly Route[] {
  const place = (text: unknown): FileId | null => parseId<'files'>(text);

  const list = async (ctx: PageContext, at: FileId | null, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const [q, cursor] = [queryText(ctx, 'q', 200), queryText(ctx, 'cursor', 1_000) || null];
    const path = await folderPath(ctx.scope, at);
    if (at !== null && !path.at(-1)?.isFolder) throw new NotFoundError('The folder');
    const { items, next } = await listFiles(ctx.scope, at, q, cursor);
    const more = next && `/files?${new URLSearchParams({ ...(at === null ? {} : { in: String(at) }), ...(q ? { q } : {}), cursor: next })}`;
    const shown = { rows: items.map(fileRow), more };
    if (ctx.isFragment && cursor) return ctx.fragment('files/_rows', shown);
    const [{ limit }] = await readQuotas(ctx.scope);
    const above = path.map(({ id, name }) => ({ name, href: folderHref(id) }));
    const use = { bytes: await bytesOfFiles(ctx.scope), limit };
    ctx.page('files/list', { ...shown, at, q, above, use, typed: typedText(ctx, 'name').slice(0, 200), errors }, errorStatus(errors));
  };

  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const file = await findFile(ctx.scope, idParam(ctx, 'files'));
    const folders = file.isFolder ? [] : (await listFolders(ctx.scope)).map(({ id, name }) => ({ value: id, text: name }));
    const typed = errors['name'] ? typedText(ctx, 'name').slice(0, 200) : file.name;
    const above = (await folderPath(ctx.scope, file.parentId)).map(({ id, name }) => ({ name, href: folderHref(id) }));
    const data = { file: fileRow(file), parentId: file.parentId ?? '', mayKeep: mayKeep(ctx.agent, file), folders, typed, above, errors };
    ctx.page('files/show', { ...data, back: folderHref(file.parentId) }, errorStatus(errors));
  };

  const content = async (ctx: PageContext): Promise<void> => {
    const { isFolder, name: filename, ...file } = await findFile(ctx.scope, idParam(ctx, 'files'));
    if (isFolder) throw new NotFoundError('The file');
    expectHarmlessFile(file);
    const shown = ctx.query['inline'] === '1' ? await previewOf(blobs, { ...file, filename }) : null;
    const { sha256, bytes, contentType } = file;
    if (shown) return sendPreview(ctx, filename, { ...shown, sha256 });
    sendFile(ctx, await blobs.open(sha256), { filename, contentType, bytes, sha256 });
  };

  const upload = (ctx: PageContext): Promise<void> => {
    const at = place(ctx.form['in']);
    return orRedraw(
      ctx,
      async () => {
        const files = ctx.uploads.filter(({ filename, bytes }) => filename !== '' || bytes > 0);
        await addFiles(ctx.scope, at, files);
        ctx.toast(ctx.t('files.toast.added', { n: files.length }));
        ctx.seeOther(folderHref(at));
      },
      (errors) => list(ctx, at, errors),
    );
  };

  const makeFolder = (ctx: PageContext): Promise<void> => {
    const at = place(ctx.form['in']);
    return orRedraw(
      ctx,
      async () => ctx.seeOther(folderHref(await addFolder(ctx.scope, at, typedText(ctx, 'name')))),
      (errors) => list(ctx, at, errors),
    );
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const id = idParam(ctx, 'files');
        await changeFile(ctx.scope, ctx.agent, id, typedText(ctx, 'name'), place(ctx.form['in']));
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther(`/files/${id}`);
      },
      (errors) => show(ctx, errors),
    );

  const remove = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'files');
    try {
      const { name, parentId } = await removeFile(ctx.scope, ctx.agent, id);
      ctx.toast(ctx.t('files.toast.removed', { name }));
      ctx.seeOther(folderHref(parentId));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ctx.toast(ctx.t('files.problem.not_empty'), 'problem');
      ctx.seeOther(`/files/${id}`);
    }
  };

  return [
    { method: 'GET', path: '/files', may: 'agent', handle: (ctx) => list(ctx, place(ctx.query['in'])) },
    { method: 'POST', path: '/files', may: 'agent', handle: upload, maxBodyBytes: MAX_UPLOAD_BYTES },
    { method: 'POST', path: '/files/folders', may: 'agent', handle: makeFolder },
    { method: 'GET', path: '/files/:id', may: 'agent', handle: (ctx) => show(ctx) },
    { method: 'GET', path: '/files/:id/content', may: 'agent', handle: content },
    { method: 'POST', path: '/files/:id', may: 'agent', handle: save },
    { method: 'POST', path: '/files/:id/removal', may: 'agent', handle: remove },
  ];
}

const errorStatus = (errors: Readonly<Record<string, string>>): number => (Object.keys(errors).length > 0 ? 422 : 200);
