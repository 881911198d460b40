import { type Occasion, readLetterValues } from '../canned-responses/facts.ts';
import { fillLetter } from '../canned-responses/fill.ts';
import { choicesFor, usableCanned } from '../canned-responses/list.ts';
import { blankIn, choiceView } from '../canned-responses/view.ts';
import { ownVariables } from '../company/read.ts';
import { allow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { findConversationRow } from '../conversations/list.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { isOpenTo } from '../inboxes/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import { type CannedResponseId, parseId } from '../lib/ids.ts';
import { macroNames, macroWords } from '../macros/names.ts';
import { readRecipients } from '../messages/typed-recipients.ts';
import { readComposer } from './form.ts';
import { insertCanned } from './insert-canned.ts';
import { readDraft, saveWithFiles } from './save.ts';
import type { DraftInput } from './types.ts';
import { fileViews } from './view.ts';

export interface ChoiceRouteDeps {
  readonly directory: Pick<InboxDirectory, 'record'>;
  readonly maxMessageBytes: number;
}

/** Putting a canned response into what is being written: what there is, how it would read, and the insertion itself. */
export function choiceRoutes({ directory, maxMessageBytes: maxBodyBytes }: ChoiceRouteDeps): readonly Route[] {
  const inboxById = (ctx: PageContext, given: unknown) => {
    const id = parseId<'inboxes'>(given);
    const record = id && directory.record(id);
    return record && isOpenTo(record, ctx.agent.id) ? record : null;
  };
  const occasionOf = async (ctx: PageContext, inboxId: unknown, to: string): Promise<Occasion> => {
    if (ctx.params['id'] !== undefined) {
      const conversationId = await leadsTo(ctx.scope, idParam(ctx, 'conversations'));
      await allow(ctx.scope, 'conversation:read', conversationId);
      return { conversationId };
    }
    return { conversationId: null, inbox: inboxById(ctx, inboxId), contactName: readRecipients(to).addresses[0]?.name ?? '' };
  };
  const asked = (ctx: PageContext): Promise<Occasion> => occasionOf(ctx, ctx.query['inboxId'], queryText(ctx, 'moreTo', 20_000));
  const channelOf = async (ctx: PageContext, occasion: Occasion): Promise<string | null> => {
    if (occasion.conversationId !== null) return (await findConversationRow(ctx.scope, occasion.conversationId)).inbox.channel;
    return inboxById(ctx, ctx.query['inboxId'])?.channel ?? null;
  };
  const back = (ctx: PageContext): string => `/conversations/${ctx.params['id'] ?? 'new'}`;

  const choices = async (ctx: PageContext): Promise<void> => {
    const q = queryText(ctx, 'q', 200);
    const found = await choicesFor(ctx.scope, ctx.agent.id, await channelOf(ctx, await asked(ctx)), q);
    const shown = { choices: found.map(choiceView), q, back: back(ctx) };
    if (ctx.isFragment) ctx.fragment('canned-responses/_choices', shown);
    else ctx.page('canned-responses/choose', shown);
  };

  const preview = async (ctx: PageContext): Promise<void> => {
    const values = await readLetterValues(ctx.scope, ctx.agent.id, await asked(ctx));
    const canned = await usableCanned(ctx.scope, ctx.agent.id, idParam(ctx, 'canned_responses', 'choice'));
    const filled = fillLetter(canned, values, blankIn(ctx.t, await ownVariables(ctx.scope)));
    ctx.fragment('canned-responses/_filled', { filled, files: canned.attachments, problem: null });
  };

  /** Keeps what was written, files included, and shows the list on a page of its own: the way without scripts. */
  const leave = async (ctx: PageContext): Promise<void> => {
    const { draft } = readComposer(ctx.form);
    const { conversationId } = await occasionOf(ctx, null, '');
    await saveWithFiles(ctx.scope, ctx.agent.id, conversationId, draft, ctx.uploads);
    const inbox = draft.fields.inboxId ? `?inboxId=${draft.fields.inboxId}` : '';
    ctx.seeOther(`${back(ctx)}/draft/choices${conversationId === null ? inbox : ''}`);
  };

  /** Puts it below what the stored draft holds, and goes back to it. */
  const append = async (ctx: PageContext): Promise<void> => {
    const conversationId = ctx.params['id'] === undefined ? null : await leadsTo(ctx.scope, idParam(ctx, 'conversations'));
    const stored = await readDraft(ctx.scope, ctx.agent.id, conversationId);
    const written = stored ?? readComposer({ kind: conversationId === null ? 'new' : 'reply' }).draft;
    const draft = await withMacro(ctx, written, idParam(ctx, 'canned_responses', 'choice'));
    const occasion = await occasionOf(ctx, draft.fields.inboxId, draft.fields.moreTo);
    const options = { id: idParam(ctx, 'canned_responses', 'choice'), blank: blankIn(ctx.t, await ownVariables(ctx.scope)), appends: true };
    await insertCanned(ctx.scope, ctx.agent.id, occasion, draft, options);
    ctx.seeOther(back(ctx));
  };

  /** Keeps what was written with the files of the letter, and answers the letter for the editor to insert. */
  const insert = async (ctx: PageContext): Promise<void> => {
    const written = readComposer(ctx.form).draft;
    const draft = await withMacro(ctx, written, cannedId(ctx.form['cannedResponseId']));
    const occasion = await occasionOf(ctx, draft.fields.inboxId, draft.fields.moreTo);
    const options = { id: cannedId(ctx.form['cannedResponseId']), blank: blankIn(ctx.t, await ownVariables(ctx.scope)), appends: false };
    const { filled, files } = await insertCanned(ctx.scope, ctx.agent.id, occasion, draft, options);
    ctx.fragment('canned-responses/_inserted', {
      filled,
      draft: { files: fileViews(files, draft.fields.dropped), macro: draft.fields.macro },
    });
  };

  const both = (method: 'GET' | 'POST', path: string, handle: Route['handle']): readonly Route[] =>
    ['/conversations/new', '/conversations/:id'].map((start) => ({
      ...{ method, path: `${start}/draft/${path}`, may: 'agent', handle },
      ...(method === 'POST' ? { maxBodyBytes } : {}),
    }));
  return [
    ...both('GET', 'choices', choices),
    ...both('POST', 'choices', leave),
    ...both('GET', 'choices/:choice', preview),
    ...both('POST', 'choices/:choice', append),
    ...both('POST', 'insertion', insert),
  ];
}

/** The draft with what a template says is done beside; the last one that says something counts. */
async function withMacro(ctx: PageContext, draft: DraftInput, id: CannedResponseId): Promise<DraftInput> {
  const { actions } = await usableCanned(ctx.scope, ctx.agent.id, id);
  if (!actions) return draft;
  const says = macroWords(ctx.t, actions, await macroNames(ctx.scope, ctx.t('folders.top')));
  return says === '' ? draft : { ...draft, fields: { ...draft.fields, macro: { id, says, off: false } } };
}

function cannedId(given: unknown): CannedResponseId {
  const id = parseId<'canned_responses'>(given);
  if (id === null) throw new NotFoundError('The template');
  return id;
}
