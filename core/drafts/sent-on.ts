import { allow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { sendOn } from '../conversations/sent-on.ts';
import type { Route } from '../http/context.ts';
import { type ConversationId, parseId } from '../lib/ids.ts';
import { isBlank } from './fields.ts';
import { readComposer } from './form.ts';
import { placeOfDraft, saveWithFiles } from './save.ts';

/**
 * Makes of a handler of composers one that sends whoever writes in a merged conversation on to where it went, with what he wrote: his words and
 * files are the draft there, or stay with the number beside another draft. Nothing is sent to people whom he has not seen.
 */
export const orSentOnWithWords =
  (handle: Route['handle']): Route['handle'] =>
  async (ctx) => {
    const asked = parseId<'conversations'>(ctx.params['id']);
    const id: ConversationId | null = asked && (await leadsTo(ctx.scope, asked));
    if (asked === null || id === null || id === asked) return handle(ctx);
    await allow(ctx.scope, 'conversation:read', id);
    const { draft } = readComposer(ctx.form);
    if (!isBlank(draft) || ctx.uploads.length > 0) {
      const place = await placeOfDraft(ctx.scope, ctx.agent.id, asked, draft);
      await saveWithFiles(ctx.scope, ctx.agent.id, place, draft, ctx.uploads);
    }
    await sendOn(ctx, asked, id);
  };
