import { z } from 'zod';
import { contactLabels, labelContact } from '../contacts/label.ts';
import { allowedRow } from '../conversations/allow.ts';
import { lookingAt } from '../conversations/looking.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import type { ConversationRow } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { type LabelId, parseId } from '../lib/ids.ts';
import { labelConversation } from './apply.ts';
import { addLabel } from './edit.ts';
import { labelNamed, listLabels } from './list.ts';
import { allowCreation, mayCreate } from './may-create.ts';
import type { Label } from './types.ts';

/** One of the three: a label to put on, one to take off, or the name of one that may be new. */
const CHOSEN = z.object({
  add: z.string().optional(),
  remove: z.string().optional(),
  name: z.string().max(500).default(''),
});

/** What of a conversation bears labels: itself, or its contact. */
interface Bearer {
  /** The end of the address. */
  readonly part: 'labels' | 'contact-labels';
  readonly title: string;
  readonly on: (scope: Scope, row: ConversationRow) => Promise<readonly Pick<Label, 'id'>[]>;
  readonly label: (tx: Scope | WriteScope, row: ConversationRow, labelId: LabelId, isOn: boolean) => Promise<unknown>;
  /** What a choice changes beside the picker: its fragment, and what that is filled with. */
  readonly swap: string;
  readonly changed: (ctx: PageContext, row: ConversationRow) => Promise<object>;
}

/** Choosing the labels of a conversation or of its contact: a dialog with JavaScript, a page without. */
export function labelPickerRoutes(deps: WorkspaceDeps): readonly Route[] {
  const itself: Bearer = {
    part: 'labels',
    title: 'labels.picker.title',
    on: async (_, row) => row.labels,
    label: (tx, { id }, labelId, isOn) => labelConversation(tx, id, labelId, isOn),
    swap: 'labels/_labelled',
    changed: async (ctx, { id }) => {
      const { talk } = await talkScreen(ctx.scope, deps, lookingAt(ctx, id));
      return { talk };
    },
  };
  const itsContact: Bearer = {
    part: 'contact-labels',
    title: 'labels.picker.of_contact',
    on: (scope, { contact }) => contactLabels(scope, contact.id),
    label: (tx, { contact }, labelId, isOn) => labelContact(tx, contact.id, labelId, isOn),
    swap: 'labels/_contact-labelled',
    changed: async ({ scope }, { id, contact }) => ({
      talk: { id, mayChange: true },
      context: { labels: await contactLabels(scope, contact.id) },
    }),
  };
  return [...pickerOf(itself), ...pickerOf(itsContact)];
}

function pickerOf(bearer: Bearer): readonly Route[] {
  const picker = async (ctx: PageContext, row: ConversationRow, problem = '') => {
    const { id, subject } = row;
    const on = new Set((await bearer.on(ctx.scope, row)).map((label) => label.id));
    const labels = (await listLabels(ctx.scope)).map((label) => ({ ...label, on: on.has(label.id) }));
    const canCreate = await mayCreate(ctx.scope, ctx.agent);
    return { picker: { id, subject, part: bearer.part, title: bearer.title, labels, canCreate, problem } };
  };

  const allowed = (ctx: PageContext): Promise<ConversationRow> =>
    allowedRow(ctx.scope, 'conversation:label', idParam(ctx, 'conversations'));

  const show = async (ctx: PageContext): Promise<void> => {
    const data = await picker(ctx, await allowed(ctx));
    if (ctx.isFragment) ctx.fragment('labels/_picker', data);
    else ctx.page('labels/picker', data);
  };

  const choose = async (ctx: PageContext): Promise<void> => {
    const row = await allowed(ctx);
    await orRedraw(
      ctx,
      async () => {
        await apply(ctx, bearer, row);
        if (ctx.isFragment) await answer(ctx, '');
        else ctx.seeOther(`/conversations/${row.id}/${bearer.part}`);
      },
      (errors) => answer(ctx, Object.values(errors).join(' ')),
    );
  };

  const answer = async (ctx: PageContext, problem: string): Promise<void> => {
    const row = await allowed(ctx);
    const data = await picker(ctx, row, problem);
    if (!ctx.isFragment) return ctx.page('labels/picker', data, 422);
    ctx.fragment(bearer.swap, { ...data, ...(await bearer.changed(ctx, row)) });
  };

  const path = `/conversations/:id/${bearer.part}`;
  return [
    { method: 'GET', path, may: 'agent', handle: show },
    { method: 'POST', path, may: 'agent', handle: choose },
  ];
}

/** Does what the form asks for; a name that no label has becomes a new label where that is allowed. */
async function apply(ctx: PageContext, bearer: Bearer, row: ConversationRow): Promise<void> {
  const { add, remove, name } = CHOSEN.parse(ctx.form);
  const off = parseId<'labels'>(remove);
  if (off !== null) return void (await bearer.label(ctx.scope, row, off, false));
  await transact(ctx.scope, async (tx) => {
    const on = parseId<'labels'>(add) ?? (await named(name));
    await bearer.label(tx, row, on, true);

    async function named(typed: string): Promise<LabelId> {
      if (typed.trim() === '') throw new InvalidError({ name: 'labels.problem.none_chosen' });
      const known = await labelNamed(tx, typed);
      if (known) return known.id;
      await allowCreation(tx, ctx.agent);
      return (await addLabel(tx, typed)).id;
    }
  });
}
