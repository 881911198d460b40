import { z } from 'zod';
import { readAddress } from '../conversations/address.ts';
import { allow } from '../conversations/allow.ts';
import { findConversationRow } from '../conversations/list.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import { transact } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { type ConversationId, type LabelId, parseId } from '../lib/ids.ts';
import { labelConversation } from './apply.ts';
import { addLabel } from './edit.ts';
import { labelNamed, listLabels } from './list.ts';
import { allowCreation, mayCreate } from './may-create.ts';

/** One of the three: a label to put on, one to take off, or the name of one that may be new. */
const CHOSEN = z.object({
  add: z.string().optional(),
  remove: z.string().optional(),
  name: z.string().max(500).default(''),
});

/** Choosing the labels of a conversation: a dialog with JavaScript, a page without. */
export function labelPickerRoutes(deps: WorkspaceDeps): readonly Route[] {
  const picker = async (ctx: PageContext, id: ConversationId, problem = '') => {
    const row = await findConversationRow(ctx.scope, id);
    const on = new Set(row.labels.map((label) => label.id));
    const labels = (await listLabels(ctx.scope)).map((label) => ({ ...label, on: on.has(label.id) }));
    const canCreate = await mayCreate(ctx.scope, ctx.agent);
    return { picker: { id, subject: row.subject, labels, canCreate, problem } };
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:label', id);
    const data = await picker(ctx, id);
    if (ctx.isFragment) ctx.fragment('labels/_picker', data);
    else ctx.page('labels/picker', data);
  };

  const choose = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:label', id);
    await orRedraw(
      ctx,
      async () => {
        await apply(ctx, id);
        if (ctx.isFragment) await answer(ctx, id, '');
        else ctx.seeOther(`/conversations/${id}/labels`);
      },
      (errors) => answer(ctx, id, Object.values(errors).join(' ')),
    );
  };

  const answer = async (ctx: PageContext, id: ConversationId, problem: string): Promise<void> => {
    const data = await picker(ctx, id, problem);
    if (!ctx.isFragment) return ctx.page('labels/picker', data, 422);
    const { talk } = await talkScreen(ctx.scope, deps, { viewer: ctx.agent.id, address: readAddress(ctx.query), openId: id });
    ctx.fragment('labels/_labelled', { ...data, talk });
  };

  return [
    { method: 'GET', path: '/conversations/:id/labels', may: 'agent', handle: show },
    { method: 'POST', path: '/conversations/:id/labels', may: 'agent', handle: choose },
  ];
}

/** Does what the form asks for; a name that no label has becomes a new label where that is allowed. */
async function apply(ctx: PageContext, id: ConversationId): Promise<void> {
  const { add, remove, name } = CHOSEN.parse(ctx.form);
  const off = parseId<'labels'>(remove);
  if (off !== null) return void (await labelConversation(ctx.scope, id, off, false));
  await transact(ctx.scope, async (tx) => {
    const on = parseId<'labels'>(add) ?? (await named(name));
    await labelConversation(tx, id, on, true);

    async function named(typed: string): Promise<LabelId> {
      if (typed.trim() === '') throw new InvalidError({ name: 'labels.problem.none_chosen' });
      const known = await labelNamed(tx, typed);
      if (known) return known.id;
      await allowCreation(tx, ctx.agent);
      return (await addLabel(tx, typed)).id;
    }
  });
}
