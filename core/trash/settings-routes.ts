import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { saveDays } from '../http/days-form.ts';
import { idParam, queryText, readForm } from '../http/params.ts';
import { type InboxRecord, isOpenTo } from '../inboxes/types.ts';
import { ConflictError } from '../lib/errors.ts';
import { purgeLog } from '../purges/run.ts';
import { emptyTrash } from './purge.ts';
import { changeTrashDays, countTrash, readTrash } from './retention.ts';
import { forgetTombstone, listTombstones, returnedCount } from './tombstones.ts';

const EMPTIED = z.object({ count: z.coerce.number().int().min(1).max(2_147_483_647) });

/** Settings → Mail → Trash: how long it is kept, what goes next, emptying it, and what must not come back. */
export function trashSettingsRoutes(inboxes: () => readonly InboxRecord[]): readonly Route[] {
  const tombstones = async (ctx: PageContext) => {
    const { items, next } = await listTombstones(ctx.scope, queryText(ctx, 'cursor') || null);
    const named = items.map((one) => {
      const inbox = inboxes().find(({ id }) => id === one.inboxId);
      const isOpen = isOpenTo(inbox ?? {}, ctx.agent.id);
      return { ...one, inbox: inbox?.name ?? `#${one.inboxId}`, externalId: isOpen ? one.externalId : null };
    });
    return { tombstones: named, more: next && `/trash?cursor=${encodeURIComponent(next)}` };
  };

  const draw = async (ctx: PageContext, days: string | null, errors: Readonly<Record<string, string>>, status = 200): Promise<void> => {
    if (ctx.isFragment && queryText(ctx, 'cursor') !== '') return ctx.fragment('trash/_tombstones', await tombstones(ctx));
    const trash = await readTrash(ctx.scope);
    const known = { trash, days: days ?? String(trash.days), errors, log: await purgeLog(ctx.scope, 'trash') };
    ctx.page('trash/settings', { ...known, returned: await returnedCount(ctx.scope), ...(await tombstones(ctx)) }, status);
  };

  const save = (ctx: PageContext): Promise<void> =>
    saveDays(ctx, '/trash', changeTrashDays, (days, errors) => draw(ctx, days, errors, 422));

  const question = async (ctx: PageContext, problem = '', status = 200): Promise<void> =>
    ctx.page('trash/purge', { count: await countTrash(ctx.scope), problem }, status);

  const empty = async (ctx: PageContext): Promise<void> => {
    try {
      await emptyTrash(ctx.scope, readForm(EMPTIED, ctx.form).count);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return question(ctx, 'trash.purge.changed', 409);
    }
    ctx.toast(ctx.t('trash.purge.begun'));
    ctx.seeOther('/trash');
  };

  const forget = async (ctx: PageContext): Promise<void> => {
    await forgetTombstone(ctx.scope, idParam(ctx, 'tombstones'));
    ctx.toast(ctx.t('trash.tombstones.forgotten'));
    ctx.seeOther('/trash#tombstones');
  };

  return [
    { method: 'GET', path: '/trash', may: 'administrator', handle: (ctx) => draw(ctx, null, {}) },
    { method: 'POST', path: '/trash', may: 'administrator', handle: save },
    { method: 'GET', path: '/trash/purge', may: 'administrator', handle: (ctx) => question(ctx) },
    { method: 'POST', path: '/trash/purge', may: 'administrator', handle: empty },
    { method: 'POST', path: '/trash/tombstones/:id/removal', may: 'administrator', handle: forget },
  ];
}
