import { blockedAmong } from '../blocked-addresses/block.ts';
import { blockedAmong as blockedSenders } from '../blocked-senders/block.ts';
import { type Blockable, blockable } from '../blocked-senders/blockable.ts';
import { findContact } from '../contacts/find.ts';
import { contactLabels } from '../contacts/label.ts';
import type { Scope } from '../db/scope.ts';
import { countUnknown } from '../deliveries/list.ts';
import { listDrafts } from '../drafts/save.ts';
import { sharedDrafts } from '../drafts/share.ts';
import type { Draft } from '../drafts/types.ts';
import type { BlockedRecipient, ComposerView } from '../drafts/view.ts';
import { composerView } from '../drafts/view.ts';
import type { KnownFolders } from '../folders/known.ts';
import type { Sight } from '../folders/sight.ts';
import { footerFor } from '../footers/fill.ts';
import { canForward } from '../forwards/forward.ts';
import { forwardsOf, NO_FORWARDS } from '../forwards/list.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import type { KnownLabels } from '../labels/known.ts';
import { InvalidError } from '../lib/errors.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { listMessages, shownSince } from '../messages/list.ts';
import { type AnswerRecipients, answeredAmong, recipientsOfAnswer, replyRecipients } from '../messages/recipients.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import type { Presence } from '../presence/presence.ts';
import { hereView } from '../presence/view.ts';
import { actsOn } from '../rules/acts.ts';
import { listTeams } from '../teams/list.ts';
import { transfersOf } from '../transfers/list.ts';
import { purgedAt } from '../trash/retention.ts';
import { listTrashings } from '../trash/trash.ts';
import { saidEmails } from '../visitors/recognise.ts';
import { filtersOf, hrefOf, type ListAddress } from './address.ts';
import { isEnough, isEnoughRank } from './allow.ts';
import { readOwnCounters } from './counters.ts';
import { listAssignments } from './holder.ts';
import { type ConversationPage, findConversationRow, listConversations } from './list.ts';
import { listView } from './list-view.ts';
import { countOf, type InboxState, railView } from './rail-view.ts';
import type { ConversationRow } from './types.ts';
import { contextView, talkView } from './view.ts';

/** What the workspace has to know beside the database. */
export interface WorkspaceDeps {
  readonly directory: Pick<InboxDirectory, 'openTo' | 'record'>;
  readonly endpoints: Endpoints;
  readonly labels: Pick<KnownLabels, 'read'>;
  readonly folders: Pick<KnownFolders, 'read'>;
  /** Icon of a channel's plugin. */
  readonly iconOf: (channel: string) => string;
  readonly stateOf: (inbox: InboxRecord) => InboxState;
  /** Since when its mail cannot be fetched, when that lasts; from memory. */
  readonly silentSince: (inbox: InboxRecord) => Date | null;
  readonly presence: Presence;
}

/** Who looks, at which list, with which conversation open. */
export interface Looking {
  readonly viewer: AgentId;
  readonly address: ListAddress;
  readonly openId: ConversationId | null;
  /** The oldest message of it that he has before him; what is made anew reaches back to it. */
  readonly shownFrom?: MessageId | null;
}

/** How much of a list is wanted: `before` = rows already on the screen above. */
export interface Extent {
  readonly cursor?: string | undefined;
  readonly before?: number;
  readonly limit: number;
  /** When the caller has read them already. */
  readonly drafts?: readonly Draft[];
  /** The same of what the viewer sees. */
  readonly sight?: Sight;
}

/** The list pane: two queries, and one or two more with words to search for. */
export async function listScreen(scope: Scope, deps: WorkspaceDeps, looking: Looking, extent: Extent) {
  const { viewer, address, openId } = looking;
  const { page, problem } = await wideList(scope, looking, extent).then((list) => ({ page: list, problem: null }), orProblem);
  const drafts = extent.drafts ?? (await listDrafts(scope, viewer));
  const ids = new Set(drafts.flatMap((draft) => (draft.conversationId === null ? [] : [draft.conversationId])));
  const answering = (id: ConversationId) => hereView(deps.presence.others(id, viewer)).answering;
  const parts = {
    address,
    page,
    problem,
    before: extent.before ?? 0,
    drafts: ids,
    openId,
    now: scope.now(),
    iconOf: deps.iconOf,
    answering,
  };
  return { list: listView(parts) };
}

/** The rail, the number in the list's title, the label, folder or team that is looked at, what the viewer sees, and whether he acts on many, or may: one query, one more for teams. */
export async function railScreen(scope: Scope, deps: WorkspaceDeps, { viewer, address }: Looking) {
  const { counters, sight, ranks, teamIds, hasBulk, views } = await readOwnCounters(scope, viewer);
  const labels = await deps.labels.read(scope);
  const places = await deps.folders.read(scope);
  const { iconOf, stateOf, silentSince } = deps;
  const rail = railView({
    address,
    counters,
    viewer,
    labels,
    places,
    ranks,
    views,
    teamIds,
    inboxes: deps.directory.openTo(viewer),
    iconOf,
    stateOf,
    silentSince,
  });
  const place = places.find(({ id }) => id === address.folderId && ranks.has(id)) ?? null;
  const teams = address.folder === 'team' || address.teamId !== null ? await listTeams(scope) : [];
  const team = teams.find(({ id }) => id === address.teamId) ?? null;
  const ownTeams = teams
    .filter(({ id }) => teamIds.includes(id))
    .map(({ id, name }) => ({ name, href: hrefOf('/conversations', { ...address, folder: 'open', teamId: id }) }));
  const most = address.folderId === null ? Math.max(0, ...ranks.values()) : (ranks.get(address.folderId) ?? 0);
  const label = labels.find(({ id }) => id === address.labelId) ?? null;
  const count = countOf(address, counters, viewer, teamIds);
  return { rail, count, label, place, team, ownTeams, sight, hasBulk, mayBulk: isEnoughRank('conversation:move', most) };
}

/** An open conversation with its composer: five queries, one more when something failed, three with a footer, two when something was merged, split or moved, one or two when a rule acted, one when it was in the trash, one more while it is, one in spam, one when somebody was assigned, two when a colleague has a draft in it. Raises not_found. */
export async function talkScreen(
  scope: Scope,
  deps: WorkspaceDeps,
  looking: Looking & { readonly openId: ConversationId },
  options: {
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
    readonly composer?: ComposerView;
    readonly row?: ConversationRow;
    /** The composer is to send this on; null = the whole conversation. */
    readonly forward?: MessageId | null | undefined;
  } = {},
) {
  const { viewer, address, openId } = looking;
  const row = options.row ?? (await findConversationRow(scope, openId));
  const limit = options.limit ?? (await shownSince(scope, openId, looking.shownFrom ?? null));
  const messages = await listMessages(scope, openId, { cursor: options.cursor, limit });
  const drafts = await listDrafts(scope, viewer);
  // Of an older page nothing is answered.
  const suggested = options.cursor
    ? await replyRecipients(scope, deps.endpoints, openId)
    : recipientsOfAnswer(deps.endpoints, row.contact.address, answeredAmong(messages.items));
  const blocked = await blockedRecipients(scope, row, suggested);
  const endpoint = deps.endpoints.find(row.inbox.id);
  const own = drafts.find((draft) => draft.conversationId === openId) ?? null;
  const transfers = row.hasTransfers ? await transfersOf(scope, openId) : { lines: [], family: [openId] };
  const forwards = row.hasForwards || row.hasTransfers ? await forwardsOf(scope, transfers.family) : NO_FORWARDS;
  const mayForward = endpoint?.canSend === true && canForward(endpoint.traits);
  const ids = messages.items.map(({ id }) => id);
  const assignments = row.wasAssigned || row.hasTransfers ? await listAssignments(scope, transfers.family) : [];
  const trashings = row.wasTrashed || row.hasTransfers ? await listTrashings(scope, transfers.family) : [];
  const goesAt = row.trashedAt ? await purgedAt(scope, row.trashedAt) : null;
  const acts = row.hasRuleActs || row.hasTransfers ? await actsOn(scope, ids) : [];
  const shared = row.hasOthersDrafts && isEnough('conversation:reply', row.level) ? await sharedDrafts(scope, viewer, openId) : [];
  return {
    row,
    drafts,
    talk: talkView({
      row,
      messages,
      transfers,
      forwards,
      mayForward,
      takes: takesOf(endpoint?.traits ?? null),
      acts,
      assignments,
      trashings,
      goesAt,
      before: options.cursor,
      otherDrafts: drafts.filter(({ conversationId: id }) => id !== null && id !== openId && transfers.family.includes(id)),
      shared,
      viewer,
      address,
      here: hereView(deps.presence.others(openId, viewer)),
      now: scope.now(),
      unknown: row.failedDeliveries > 0 ? await countUnknown(scope, openId) : 0,
      tagScore: endpoint?.policy?.tagScore ?? null,
      offered: row.spam === null ? null : await offeredToBlock(scope, deps, row),
    }),
    draft: options.composer ?? composerFor(own, suggested, blocked, options.forward),
    footer: endpoint && row.hasFooter && !row.spam && !row.trashedAt ? await footerFor(scope, viewer, endpoint) : null,
    suggested,
    blocked,
  };
}

/** What an answer can be made of; of a channel that is gone, what mail takes. */
const takesOf = (traits: ChannelTraits | null) => ({
  recipients: !traits || traits.addressKind === 'email',
  styling: !traits || traits.body === 'html',
  files: !traits || traits.maxAttachmentBytes !== null,
  live: traits?.continues === 'by-session',
});

function composerFor(
  own: Draft | null,
  suggested: AnswerRecipients,
  blocked: readonly BlockedRecipient[],
  of: MessageId | null | undefined,
): ComposerView {
  const view = composerView(own, suggested, [], blocked);
  return of === undefined ? view : { ...view, kind: 'forward', forward: { to: '', files: true, ...view.forward, of } };
}

/** Those of the suggested who get no mail. The contact's own address came with the row, so that mostly nothing is asked. */
async function blockedRecipients(scope: Scope, row: ConversationRow, suggested: AnswerRecipients): Promise<readonly BlockedRecipient[]> {
  const { address } = row.contact;
  const others = [...suggested.to, ...suggested.allCc].map((one) => one.address).filter((one) => one !== address);
  const own = row.blockedReason === null ? [] : [{ address, reason: row.blockedReason }];
  return [...own, ...(await blockedAmong(scope, others))];
}

/** What of its sender can be put on the company's list: nothing of who writes to a personal mailbox, or is there already. */
async function offeredToBlock(scope: Scope, deps: WorkspaceDeps, { folderId, contact }: ConversationRow): Promise<Blockable | null> {
  const isPersonal = (await deps.folders.read(scope)).some(({ id, ownerId }) => id === folderId && ownerId !== null);
  const isKnown = isPersonal || (await blockedSenders(scope, [contact.address])).size > 0;
  return isKnown ? null : blockable(deps.endpoints, contact.address);
}

/** The panel beside it: four queries. */
export async function contextScreen(scope: Scope, deps: WorkspaceDeps, row: ConversationRow, address: ListAddress) {
  const contact = await findContact(scope, row.contact.id);
  const earlier = await listConversations(scope, { contactId: row.contact.id, limit: 11 });
  const blocked = await blockedAmong(
    scope,
    contact.identities.map(({ address }) => address),
  );
  return {
    ...contextView(contact, earlier, row, { address, iconOf: deps.iconOf }),
    labels: await contactLabels(scope, row.contact.id),
    saidEmails: await saidEmails(scope, contact),
    blocked: Object.fromEntries(blocked.map(({ address, reason }) => [address, reason])),
  };
}

/** What a search does not understand is said where its rows would be. */
function orProblem(error: unknown): { readonly page: ConversationPage; readonly problem: string } {
  const problem = error instanceof InvalidError ? error.fields['q'] : undefined;
  if (problem === undefined) throw error;
  return { page: { items: [], next: null }, problem };
}

const PAGE = 100;

/** A list may show more rows than one page of the verb: then they are read page by page. */
async function wideList(scope: Scope, { address, viewer }: Looking, { cursor, limit, sight }: Extent) {
  const filters = { ...filtersOf(address, viewer), sight };
  let page = await listConversations(scope, { ...filters, cursor, limit: Math.min(limit, PAGE) });
  // A short page that goes on has looked far enough for one request.
  while (page.items.length % PAGE === 0 && page.items.length > 0 && page.items.length < limit && page.next !== null) {
    const more = await listConversations(scope, { ...filters, cursor: page.next, limit: Math.min(limit - page.items.length, PAGE) });
    page = { ...more, items: [...page.items, ...more.items], files: new Map([...(page.files ?? []), ...(more.files ?? [])]) };
  }
  return page;
}
