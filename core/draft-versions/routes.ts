import { allow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { lookingAt } from '../conversations/looking.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import { readComposer } from '../drafts/form.ts';
import type { PageContext, Route } from '../http/context.ts';
import { pathOfUrl } from '../http/own-path.ts';
import { idParam } from '../http/params.ts';
import { parseId } from '../lib/ids.ts';
import { shownDrafts } from './list.ts';
import { restoreVersion } from './restore.ts';

/** What an agent is writing and what he wrote before, of his own only, and the way back to it. */
export function draftVersionRoutes(deps: WorkspaceDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const asked = parseId<'conversations'>(ctx.query['conversation']);
    const of = asked === null ? null : await leadsTo(ctx.scope, asked);
    if (of !== null) await allow(ctx.scope, 'conversation:read', of);
    ctx.page('draft-versions/index', { of, ...(await shownDrafts(ctx.scope, ctx.agent.id, of)) });
  };

  /** What stands in the composer comes along, so that nothing of it is lost. */
  const restore = async (ctx: PageContext): Promise<void> => {
    const inComposer = parseId<'conversations'>(ctx.form['composing']);
    const composed = inComposer === null ? null : { conversationId: inComposer, draft: readComposer(ctx.form).draft };
    const { conversationId: id, hasReplaced } = await restoreVersion(ctx.scope, ctx.agent.id, idParam(ctx, 'draft_versions'), composed);
    ctx.toast(ctx.t(hasReplaced ? 'draft-versions.restored_kept' : 'draft-versions.restored'));
    const path = `/conversations/${id ?? 'new'}`;
    const isOpen = new URL(pathOfUrl(ctx.get('HX-Current-URL')), 'http://own.invalid').pathname === path;
    if (id === null || !ctx.isFragment || !isOpen) return ctx.seeOther(path);
    ctx.fragment('conversations/_refresh', { ...(await talkScreen(ctx.scope, deps, lookingAt(ctx, id))), withComposer: true });
  };

  return [
    { method: 'GET', path: '/draft-versions', may: 'agent', handle: list },
    { method: 'POST', path: '/draft-versions/:id/restoration', may: 'agent', handle: restore, maxBodyBytes: 2_000_000 },
  ];
}
