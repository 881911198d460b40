import { AddressBlockedError } from '../blocked-addresses/types.ts';
import { allow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { lookingAt } from '../conversations/looking.ts';
import { listScreen, railScreen, talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import { footerFor } from '../footers/fill.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import { pickDefault, readDefaults } from '../inboxes/default.ts';
import { AppError, InvalidError, NotFoundError } from '../lib/errors.ts';
import { type ConversationId, type InboxId, parseId } from '../lib/ids.ts';
import { addressesOf, addressesOfForward } from './addresses.ts';
import { isBlank } from './fields.ts';
import { readComposer, readOnce } from './form.ts';
import { joinDraft } from './restore.ts';
import { discardDraft, listDrafts, placeOfDraft, saveDraft, saveWithFiles } from './save.ts';
import { readSchedule } from './schedule.ts';
import { type Sending, type Sent, sendDraft, sendFirst } from './send.ts';
import { orSentOnWithWords } from './sent-on.ts';
import { copyDraft } from './share.ts';
import { strangersIn } from './strangers.ts';
import { type ComposerView, composerView, isUnfilled } from './view.ts';

/** So many addresses stand in a header, which proxies in between bound. */
const NAMED = 5;

export interface DraftRouteDeps extends WorkspaceDeps {
  /** Limit of one message with its attachments, in bytes. */
  readonly maxMessageBytes: number;
}

/** Writing: drafts, answers and notes, and a conversation begun by us. */
export function draftRoutes(deps: DraftRouteDeps): readonly Route[] {
  const maxBodyBytes = deps.maxMessageBytes;

  const saveIn = async (ctx: PageContext, id: ConversationId | null): Promise<void> => {
    const { draft } = readComposer(ctx.form);
    await saveDraft(ctx.scope, ctx.agent.id, id, draft);
    const first = await strangersIn(ctx.scope, deps.directory.openTo(null), id, draft);
    if (first.length > 0) ctx.set('X-First-Time', encodeURIComponent(first.slice(0, NAMED).join(', ').slice(0, 1_000).toWellFormed()));
    ctx.status = 204;
  };
  const save = async (ctx: PageContext): Promise<void> => {
    const asked = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:read', await leadsTo(ctx.scope, asked));
    await saveIn(ctx, await placeOfDraft(ctx.scope, ctx.agent.id, asked, readComposer(ctx.form).draft));
  };
  const saveNew = (ctx: PageContext): Promise<void> => saveIn(ctx, null);

  /** What stands in the composer goes, the last letters too; the way back is offered. */
  const discardIn = async (ctx: PageContext, id: ConversationId | null): Promise<void> => {
    const { draft } = readComposer(ctx.form);
    if (!isBlank(draft) || ctx.uploads.length > 0) await saveWithFiles(ctx.scope, ctx.agent.id, id, draft, ctx.uploads);
    const kept = await discardDraft(ctx.scope, ctx.agent.id, id);
    const undo = kept === null ? undefined : { path: `/draft-versions/${kept}/restoration`, seconds: 0, of: id ?? 0 };
    ctx.toast(ctx.t('composer.discarded'), 'done', undo);
  };
  const discard = async (ctx: PageContext): Promise<void> => {
    const id = await open(ctx);
    await discardIn(ctx, id);
    deps.presence.finish(id, ctx.agent.id);
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${id}`);
    const { talk, draft } = await talkScreen(ctx.scope, deps, lookingAt(ctx, id));
    ctx.fragment('conversations/_composer-swap', { talk, draft });
  };
  const discardNew = async (ctx: PageContext): Promise<void> => {
    await discardIn(ctx, null);
    ctx.seeOther('/conversations/new');
  };

  /** Leaves it for later, files included: the way of whoever found that somebody was faster. */
  const keep = async (ctx: PageContext): Promise<void> => {
    const id = await open(ctx);
    await saveWithFiles(ctx.scope, ctx.agent.id, id, readComposer(ctx.form).draft, ctx.uploads);
    deps.presence.finish(id, ctx.agent.id);
    ctx.toast(ctx.t('composer.kept'));
    ctx.seeOther(`/conversations/${id}`);
  };

  /** A draft that stayed with the number of a merged conversation comes into this one's composer, below what is being written. */
  const join = async (ctx: PageContext): Promise<void> => {
    const id = await open(ctx);
    const from = parseId<'conversations'>(ctx.form['from']);
    if (from === null || (await leadsTo(ctx.scope, from)) !== id) throw new NotFoundError('Draft');
    const { draft } = readComposer(ctx.form);
    if (ctx.form['composing'] === String(id)) await saveDraft(ctx.scope, ctx.agent.id, id, draft);
    await joinDraft(ctx.scope, ctx.agent.id, from, id);
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${id}`);
    ctx.fragment('conversations/_refresh', { ...(await talkScreen(ctx.scope, deps, lookingAt(ctx, id))), withComposer: true });
  };

  /** A colleague's draft as one's own; what stood in the composer is kept among the earlier ones. */
  const copy = async (ctx: PageContext): Promise<void> => {
    const id = await open(ctx);
    await allow(ctx.scope, 'conversation:reply', id);
    const from = parseId<'agents'>(ctx.form['from']);
    if (from === null) throw new NotFoundError('Draft');
    const composed = ctx.form['composing'] === String(id) ? readComposer(ctx.form).draft : null;
    const hasReplaced = await copyDraft(ctx.scope, ctx.agent.id, id, from, composed);
    ctx.toast(ctx.t(hasReplaced ? 'draft-versions.copied_kept' : 'draft-versions.copied'));
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${id}`);
    ctx.fragment('conversations/_refresh', { ...(await talkScreen(ctx.scope, deps, lookingAt(ctx, id))), withComposer: true });
  };

  const send = async (ctx: PageContext): Promise<void> => {
    const id = await open(ctx);
    const typed = readComposer(ctx.form);
    let sent: Sent | null = null;
    let isOvertaken = false;
    const problems = await problemsOf(ctx, async () => {
      await allow(ctx.scope, typed.draft.kind === 'note' ? 'conversation:note' : 'conversation:reply', id);
      if (typed.manner.close) await allow(ctx.scope, 'conversation:close', id);
      const sending = await sendingOf(ctx, typed);
      sent = await sendDraft(ctx.scope, deps.endpoints, ctx.agent.id, id, sending).catch((error: unknown) => {
        isOvertaken = error instanceof AppError && error.code === 'answered_meanwhile';
        throw error;
      });
    });
    if (problems.length === 0) {
      deps.presence.finish(id, ctx.agent.id);
      if (typed.draft.kind === 'note') ctx.toast(ctx.t('composer.note_added'));
      else tellSent(ctx, sent, typed.draft.kind === 'forward' ? 'forwards.sent' : 'composer.sent');
      if (!ctx.isFragment) return ctx.seeOther(`/conversations/${id}`);
    } else await saveWithFiles(ctx.scope, ctx.agent.id, id, typed.draft, ctx.uploads);
    const who = lookingAt(ctx, id);
    const screen = await talkScreen(ctx.scope, deps, who);
    const draft =
      problems.length > 0
        ? {
            ...composerView(typed.draft, screen.suggested, problems, screen.blocked),
            files: screen.draft.files,
            meanwhile: isOvertaken ? newestOf(screen.talk) : null,
          }
        : screen.draft;
    const status = problems.length > 0 ? 422 : 200;
    if (ctx.isFragment) return ctx.fragment('conversations/_refresh', { ...screen, draft, withComposer: true }, status);
    const list = await listScreen(ctx.scope, deps, who, { limit: 50 });
    ctx.page(
      'conversations/index',
      { ...(await railScreen(ctx.scope, deps, who)), ...list, ...screen, draft, heading: screen.talk.subject },
      status,
    );
  };

  const writeNew = async (ctx: PageContext): Promise<void> => {
    const drafts = await listDrafts(ctx.scope, ctx.agent.id);
    const draft = composerView(drafts.find((one) => one.conversationId === null) ?? null);
    ctx.page('conversations/new', { draft, ...(await sendingFrom(ctx, draft.inboxId)) });
  };

  const sendNew = async (ctx: PageContext): Promise<void> => {
    const typed = readComposer(ctx.form);
    const { inboxId } = typed.draft.fields;
    let sent: Sent | null = null;
    const problems = await problemsOf(ctx, async () => {
      if (inboxId === null) throw new InvalidError({ inboxId: 'composer.problem.inbox' });
      sent = await sendFirst(ctx.scope, deps.endpoints, ctx.agent.id, inboxId, await sendingOf(ctx, typed));
    });
    if (problems.length === 0) {
      return ctx.seeOther(`/conversations/${tellSent(ctx, sent, 'conversations.new.sent')}`);
    }
    const draft = { ...typed.draft, kind: 'new' } as const;
    await saveWithFiles(ctx.scope, ctx.agent.id, null, draft, ctx.uploads);
    const kept = (await listDrafts(ctx.scope, ctx.agent.id)).find((one) => one.conversationId === null);
    ctx.page(
      'conversations/new',
      {
        draft: composerView({ ...draft, attachments: kept?.attachments ?? [] }, undefined, problems),
        ...(await sendingFrom(ctx, inboxId)),
      },
      422,
    );
  };

  /** What a new message can be sent from, and what will stand below it. */
  const sendingFrom = async (ctx: PageContext, chosen: InboxId | null) => {
    // A talk is begun by the other one.
    const writing = deps.directory.openTo(ctx.agent.id).filter(({ id }) => deps.endpoints.find(id)?.traits.continues !== 'by-session');
    const inboxes = writing.filter(({ id }) => deps.endpoints.find(id)?.canSend);
    const preset = pickDefault(await readDefaults(ctx.scope, ctx.agent.id), inboxes);
    const asked = inboxes.find(({ id }) => id === chosen);
    const inbox = asked ?? preset.inbox;
    const endpoint = inbox ? deps.endpoints.find(inbox.id) : null;
    const missing = !asked && preset.missing ? (deps.directory.record(preset.missing)?.address ?? null) : null;
    const silent = inboxes.length === 0 ? writing : [];
    return {
      inboxes,
      silent,
      fromId: inbox?.id ?? null,
      missing,
      footer: endpoint ? await footerFor(ctx.scope, ctx.agent.id, endpoint) : null,
    };
  };

  return [
    { method: 'GET', path: '/conversations/new', may: 'agent', handle: writeNew },
    { method: 'POST', path: '/conversations/new', may: 'agent', handle: sendNew, maxBodyBytes },
    { method: 'PUT', path: '/conversations/new/draft', may: 'agent', handle: saveNew },
    { method: 'POST', path: '/conversations/new/draft/removal', may: 'agent', handle: discardNew, maxBodyBytes },
    { method: 'PUT', path: '/conversations/:id/draft', may: 'agent', handle: save },
    { method: 'POST', path: '/conversations/:id/draft/copies', may: 'agent', handle: orSentOnWithWords(copy), maxBodyBytes },
    { method: 'POST', path: '/conversations/:id/draft/joining', may: 'agent', handle: orSentOnWithWords(join), maxBodyBytes },
    { method: 'POST', path: '/conversations/:id/draft/keeping', may: 'agent', handle: orSentOnWithWords(keep), maxBodyBytes },
    { method: 'POST', path: '/conversations/:id/draft/removal', may: 'agent', handle: orSentOnWithWords(discard), maxBodyBytes },
    { method: 'POST', path: '/conversations/:id/messages', may: 'agent', handle: orSentOnWithWords(send), maxBodyBytes },
  ];
}

/** The message that its author had not seen when he sent his own. */
function newestOf({ lastMessageId, messages }: Awaited<ReturnType<typeof talkScreen>>['talk']): ComposerView['meanwhile'] {
  const newest = messages.find(({ id }) => id === lastMessageId);
  return newest ? { id: newest.id, direction: newest.direction, name: newest.name, at: newest.at } : null;
}

async function open(ctx: PageContext): Promise<ConversationId> {
  const id = idParam(ctx, 'conversations');
  await allow(ctx.scope, 'conversation:read', id);
  return id;
}

/** Raises invalid when a place is left to be filled in and its author did not say that it may go so. */
async function sendingOf(ctx: PageContext, { draft, manner, ticked }: ReturnType<typeof readComposer>): Promise<Sending> {
  if (draft.kind !== 'note' && !manner.unfilled && isUnfilled(draft)) throw new InvalidError({ text: 'composer.problem.unfilled' });
  const attachments = ctx.uploads.map(({ filename, contentType, bytes, sha256 }) => ({
    filename,
    contentType,
    bytes,
    sha256,
    contentId: null,
    inline: false,
  }));
  return {
    draft,
    ...(draft.kind === 'forward' ? { to: addressesOfForward(draft.fields), cc: [], bcc: [] } : addressesOf(draft.fields, ticked)),
    attachments,
    close: manner.close,
    schedule: draft.kind === 'note' ? null : await readSchedule(ctx.scope, manner),
    seenMessageId: parseId<'messages'>(ctx.form['seenMessageId']),
    once: readOnce(ctx.form['once']),
  };
}

/** Says that it was sent, with the way back while there is one; answers the conversation. */
function tellSent(ctx: PageContext, sent: Sent | null, plain: string): ConversationId | null {
  const what = (sent?.refused ?? []).map((one) => ctx.t(`macros.deed.${one}`)).join(', ');
  const also = what === '' ? '' : ` ${ctx.t('macros.refused', { what })}`;
  if (sent && sent.undoSeconds > 0)
    ctx.toast(ctx.t('composer.held') + also, 'done', {
      path: `/messages/${sent.messageId}/withdrawal`,
      seconds: sent.undoSeconds,
      of: sent.conversationId,
    });
  else if (!sent?.isLive || sent.isScheduled || also !== '') ctx.toast(ctx.t(sent?.isScheduled ? 'composer.scheduled' : plain) + also);
  return sent?.conversationId ?? null;
}

/** Runs the verb; what it refuses on purpose comes back as texts to show above what was written. */
async function problemsOf(ctx: PageContext, work: () => Promise<void>): Promise<readonly string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof InvalidError) return Object.values(error.fields).map((key) => ctx.t(key, error.values));
    if (error instanceof AddressBlockedError)
      return [ctx.t('composer.conflict.address_blocked', { addresses: error.addresses.join(', ') })];
    if (error instanceof AppError && error.status === 409) return [ctx.t(`composer.conflict.${error.code}`)];
    throw error;
  }
}
