import { z } from 'zod';
import { blockSender } from '../blocked-senders/block.ts';
import { blockable } from '../blocked-senders/blockable.ts';
import { BLOCKED_KINDS } from '../blocked-senders/types.ts';
import { bulkLines } from '../bulk-actions/screens.ts';
import { readsOf } from '../events/stream.ts';
import { ownerOfFolder } from '../folders/personal.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import { ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import { type ConversationId, type MessageId, parseId } from '../lib/ids.ts';
import { shownSince, unreadSince } from '../messages/list.ts';
import { markSpam } from '../spam/mark.ts';
import type { Readings } from '../statistics/readings.ts';
import { readAddress } from './address.ts';
import { allow, allowedRow, type ConversationRight } from './allow.ts';
import { closeConversation } from './close.ts';
import { leadsTo } from './evidence.ts';
import { holdersFor, type Person } from './holders.ts';
import { ignoreConversation, unignoreConversation } from './ignore.ts';
import { lookingAt } from './looking.ts';
import { markRead } from './mark-read.ts';
import { reopenConversation } from './reopen.ts';
import { contextScreen, type Extent, type Looking, listScreen, railScreen, talkScreen, type WorkspaceDeps } from './screens.ts';
import { orSentOn, sendOn } from './sent-on.ts';
import { snoozeConversation } from './snooze.ts';
import { readSnooze } from './snooze-form.ts';

export interface ConversationRouteDeps extends WorkspaceDeps {
  /** Tells the agent's other windows, without an event: reading is nobody else's news. */
  readonly poke: (names: readonly string[]) => void;
  /** Told of who opened a conversation that waited for somebody. */
  readonly readings: Pick<Readings, 'note'>;
  /** People a conversation can be given to. */
  readonly agents: (scope: PageContext['scope']) => Promise<readonly Person[]>;
}

const SAID = z.enum(['yes', 'no']);
const IGNORED = z.object({ ignored: SAID });
const SPAM = z.object({ spam: SAID });
const BLOCKING = z.object({ kind: z.enum(BLOCKED_KINDS) });

/** Several windows of rows; the rest follows as one scrolls. */
const ROWS = 40;
/** A switched list comes with what fills the window; the rest follows by itself. */
const ROWS_OF_SWAP = 12;
const MAX_SHOWN = 300;
/** Messages of a conversation that is opened, and what “earlier” adds. */
const SHOWN_AT_FIRST = 50;

const looking = (ctx: PageContext, openId: ConversationId | null = null): Looking => ({
  viewer: ctx.agent.id,
  address: readAddress(ctx.query),
  openId,
});

/** `?forward=12`: the composer is to send that message on, `all`: the conversation; without, neither. */
function forwardIn(ctx: PageContext): MessageId | null | undefined {
  const asked = queryText(ctx, 'forward');
  return asked === 'all' ? null : (parseId<'messages'>(asked) ?? undefined);
}

/** The id in the path, when this agent may do `right` with it. */
async function allowed(ctx: PageContext, right: ConversationRight): Promise<ConversationId> {
  const id = idParam(ctx, 'conversations');
  await allow(ctx.scope, right, id);
  return id;
}

/** The workspace: lists, one conversation, and what changes its state. Sending is in core/messages/routes.ts. */
export function conversationRoutes(deps: ConversationRouteDeps): readonly Route[] {
  const panes = async (ctx: PageContext, who: Looking, extent: Extent) => {
    const beside = await railScreen(ctx.scope, deps, who);
    return {
      ...beside,
      ...(await listScreen(ctx.scope, deps, who, { ...extent, sight: beside.sight })),
      bulk: beside.hasBulk ? await bulkLines(ctx.scope, deps, ctx.t('folders.top')) : [],
      heading: headingOf(ctx, who, beside),
      q: who.address.q,
    };
  };

  const list = async (ctx: PageContext): Promise<void> => {
    const limit = ctx.isFragment ? ROWS_OF_SWAP : ROWS;
    const data = { ...(await panes(ctx, looking(ctx), { cursor: queryText(ctx, 'cursor') || undefined, limit })), talk: null };
    if (ctx.isFragment) ctx.fragment('conversations/_panes-swap', data);
    else ctx.page('conversations/index', data);
  };

  const rows = async (ctx: PageContext): Promise<void> => {
    const who = looking(ctx, parseId<'conversations'>(ctx.query['open']));
    const cursor = queryText(ctx, 'cursor') || undefined;
    if (cursor !== undefined) {
      const before = Number(queryText(ctx, 'before')) || 0;
      return ctx.fragment('conversations/_rows-swap', await listScreen(ctx.scope, deps, who, { cursor, before, limit: ROWS }));
    }
    const shown = Math.min(MAX_SHOWN, Math.max(ROWS_OF_SWAP, Number(queryText(ctx, 'shown')) || ROWS));
    ctx.fragment('conversations/_rows-swap', await panes(ctx, who, { limit: shown }));
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const row = await allowedRow(ctx.scope, 'conversation:read', idParam(ctx, 'conversations'));
    if (row.mergedIntoId !== null) return sendOn(ctx, row.id, await leadsTo(ctx.scope, row.id));
    const who = { ...looking(ctx), openId: row.id };
    const from = parseId<'messages'>(ctx.query['from']);
    // Whoever never read it begins with the newest.
    const unread = row.unread && row.readUpTo !== null ? await unreadSince(ctx.scope, row.id, row.readUpTo) : 0;
    const limit = Math.max(SHOWN_AT_FIRST, unread, (await shownSince(ctx.scope, row.id, from)) ?? 0);
    const cursor = queryText(ctx, 'before') || undefined;
    const open = await talkScreen(ctx.scope, deps, who, { row, cursor, limit, forward: forwardIn(ctx) });
    if (row.unread || row.waitingSince !== null) deps.readings.note(ctx.agent.id, row.id);
    const title = open.talk.subject || ctx.t('conversations.row.no_subject');
    if (ctx.isFragment) return ctx.fragment('conversations/_thread-swap', { ...open, title });
    ctx.page('conversations/index', { ...(await panes(ctx, who, { limit: ROWS, drafts: open.drafts })), ...open, title });
  };

  const messages = async (ctx: PageContext): Promise<void> => {
    const openId = await allowed(ctx, 'conversation:read').catch((error: unknown) => {
      if (ctx.isFragment && error instanceof NotFoundError) return null;
      throw error;
    });
    if (openId === null) return ctx.fragment('conversations/_gone-swap', {}, 404);
    const before = queryText(ctx, 'before') || undefined;
    const limit = before ? SHOWN_AT_FIRST : undefined;
    const open = await talkScreen(ctx.scope, deps, lookingAt(ctx, openId), { cursor: before, limit });
    if (before) return ctx.fragment('messages/_messages', open);
    // The header comes with them, and in it whom it can be assigned to.
    ctx.fragment('conversations/_messages-swap', { ...open, talk: { ...open.talk, ...(await holders(ctx, openId)) } });
  };

  const context = async (ctx: PageContext): Promise<void> => {
    const openId = await allowed(ctx, 'conversation:read');
    const who = lookingAt(ctx, openId);
    const { talk, row } = await talkScreen(ctx.scope, deps, who, { limit: 1 });
    const { agents, teams } = await holders(ctx, openId);
    const others = agents.filter(({ id }) => id !== row.assignee?.id);
    const data = { talk: { ...talk, agents: others, teams }, context: await contextScreen(ctx.scope, deps, row, who.address) };
    if (ctx.isFragment) ctx.fragment('conversations/_context-swap', data);
    else ctx.page('conversations/context', data);
  };

  const changed = async (
    ctx: PageContext,
    openId: ConversationId,
    toast: string,
    { withComposer = false, problem = false } = {},
  ): Promise<void> => {
    ctx.toast(ctx.t(toast), ...(problem ? (['problem'] as const) : []));
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${openId}`);
    const open = await talkScreen(ctx.scope, deps, lookingAt(ctx, openId));
    ctx.fragment('conversations/_refresh', { ...open, talk: { ...open.talk, ...(await holders(ctx, openId)) }, withComposer });
  };

  const holders = async (ctx: PageContext, id: ConversationId) => holdersFor(ctx.scope, await deps.agents(ctx.scope), ctx.agent.id, id);

  const closure = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx, 'conversation:close');
    await closeConversation(ctx.scope, id);
    await changed(ctx, id, 'conversations.toast.closed');
  };
  const reopening = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx, 'conversation:close');
    await reopenConversation(ctx.scope, id);
    await changed(ctx, id, 'conversations.toast.reopened');
  };
  const snooze = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx, 'conversation:close');
    try {
      await snoozeConversation(ctx.scope, id, await readSnooze(ctx.scope, ctx.form));
      await changed(ctx, id, 'conversations.toast.snoozed');
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      await changed(ctx, id, error.fields['snoozedUntil'] ?? 'conversations.snooze.moment', { problem: true });
    }
  };
  const ignoring = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx, 'conversation:close');
    const isIgnored = IGNORED.parse(ctx.form).ignored === 'yes';
    await (isIgnored ? ignoreConversation(ctx.scope, id) : unignoreConversation(ctx.scope, id));
    await changed(ctx, id, isIgnored ? 'conversations.toast.ignored' : 'conversations.toast.unignored');
  };
  const spam = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx, 'conversation:close');
    const { spam: said } = SPAM.parse(ctx.form);
    await markSpam(ctx.scope, id, said === 'yes');
    await changed(ctx, id, said === 'yes' ? 'spam.toast.marked' : 'spam.toast.cleared', { withComposer: true });
  };
  const blocking = async (ctx: PageContext): Promise<void> => {
    const row = await allowedRow(ctx.scope, 'conversation:close', idParam(ctx, 'conversations'));
    if ((await ownerOfFolder(ctx.scope, row.folderId)) !== null)
      throw new ForbiddenError('Senders of personal mail are not blocked for the company');
    const { kind } = BLOCKING.parse(ctx.form);
    const { sender, domain } = blockable(deps.endpoints, row.contact.address);
    const named = kind === 'domain' ? domain : sender;
    if (named === null)
      throw new ForbiddenError('This is ours, or shared by many', 'Whoever keeps the list of blocked senders can enter it there.');
    const { value } = await blockSender(ctx.scope, named);
    ctx.toast(ctx.t('spam.toast.blocked', { value }));
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${row.id}`);
    const { talk } = await talkScreen(ctx.scope, deps, lookingAt(ctx, row.id));
    ctx.fragment('conversations/_bars', { talk });
  };
  const reads = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx, 'conversation:read');
    const { lastMessageId } = z.object({ lastMessageId: z.unknown().optional() }).parse(ctx.form);
    if (await markRead(ctx.scope, id, ctx.agent.id, parseId<'messages'>(lastMessageId))) deps.poke([readsOf(ctx.agent.id)]);
    if (ctx.isFragment) ctx.status = 204;
    else ctx.seeOther(`/conversations/${id}`);
  };

  return [
    { method: 'GET', path: '/conversations', may: 'agent', handle: list },
    { method: 'GET', path: '/conversations/rows', may: 'agent', handle: rows },
    { method: 'GET', path: '/conversations/:id', may: 'agent', handle: show },
    { method: 'GET', path: '/conversations/:id/messages', may: 'agent', handle: orSentOn(messages) },
    { method: 'GET', path: '/conversations/:id/context', may: 'agent', handle: orSentOn(context) },
    { method: 'POST', path: '/conversations/:id/closure', may: 'agent', handle: orSentOn(closure) },
    { method: 'POST', path: '/conversations/:id/reopening', may: 'agent', handle: orSentOn(reopening) },
    { method: 'POST', path: '/conversations/:id/snooze', may: 'agent', handle: orSentOn(snooze) },
    { method: 'POST', path: '/conversations/:id/ignoring', may: 'agent', handle: orSentOn(ignoring) },
    { method: 'POST', path: '/conversations/:id/spam', may: 'agent', handle: orSentOn(spam) },
    { method: 'POST', path: '/conversations/:id/blocking', may: 'agent', handle: orSentOn(blocking) },
    { method: 'POST', path: '/conversations/:id/reads', may: 'agent', handle: orSentOn(reads) },
  ];
}

type Beside = Pick<Awaited<ReturnType<typeof railScreen>>, 'label' | 'place' | 'rail' | 'team'>;

function headingOf(ctx: PageContext, { address }: Looking, { label, place, rail, team }: Beside): string {
  const view = rail.views.find(({ current }) => current);
  if (view) return view.name;
  if (address.q !== '') return ctx.t('conversations.results', { q: address.q });
  if (address.labelId !== null) return label?.name ?? ctx.t('labels.gone');
  if (address.folderId !== null) return place ? place.name || ctx.t('folders.top') : ctx.t('folders.gone');
  if (address.teamId !== null) return team?.name ?? ctx.t('conversations.team_gone');
  return ctx.t(`conversations.folder.${address.folder}`);
}
