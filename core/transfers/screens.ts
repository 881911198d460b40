import { allowedRow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import type { WorkspaceDeps } from '../conversations/screens.ts';
import type { ConversationRow } from '../conversations/types.ts';
import type { Scope } from '../db/scope.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { snippet } from '../lib/text.ts';
import { findMessage } from '../messages/list.ts';
import { nameOf as messageName } from '../messages/view.ts';
import { candidatesFor } from './candidates.ts';
import { newestPreviews } from './preview-store.ts';
import { cardView } from './view.ts';

type Deps = Pick<WorkspaceDeps, 'endpoints' | 'iconOf'>;

const kindOf = ({ endpoints }: Deps, row: ConversationRow) => endpoints.find(row.inbox.id)?.traits.addressKind;

interface Merger {
  readonly ids: readonly ConversationId[];
  /** The one that stays; null, or one that is not among them: the oldest. */
  readonly into: ConversationId | null;
}

/** Conversations chosen for merging, each with its newest messages, and others to add. Raises not_found for one that the actor may not merge. */
export async function mergerScreen(scope: Scope, deps: Deps, asked: Merger, q: string) {
  const ids = new Set<ConversationId>();
  for (const id of asked.ids) ids.add(await leadsTo(scope, id));
  const rows: ConversationRow[] = [];
  for (const id of ids) rows.push(await allowedRow(scope, 'conversation:move', id));
  const previews = await newestPreviews(scope, [...ids]);
  const [first] = rows;
  const others = await candidatesFor(scope, {
    q,
    contactId: first?.contact.id ?? null,
    except: [...ids],
    isReachable: (row) => !first || row.inbox.id === first.inbox.id || kindOf(deps, row) === kindOf(deps, first),
  });
  const chosen = rows.map((row) => cardView(row, previews, deps.iconOf));
  const with_ = (list: readonly ConversationId[]): string => `/conversations/merger?ids=${list.join(',')}`;
  return {
    q,
    ids: [...ids].join(','),
    into: asked.into !== null && ids.has(asked.into) ? asked.into : Math.min(...ids),
    areInboxesMixed: new Set(rows.map((row) => row.inbox.id)).size > 1,
    hasSpam: rows.some((row) => row.spam !== null),
    chosen: chosen.map((card) => ({ ...card, withoutHref: rows.length < 2 ? null : with_([...ids].filter((id) => id !== card.id)) })),
    candidates: others.map((row) => ({ ...cardView(row, [], deps.iconOf), addHref: with_([...ids, row.id]) })),
    canMerge: rows.length > 1,
  };
}

/** One message, and where it can go. Raises not_found. */
export async function moveScreen(scope: Scope, deps: Deps, id: MessageId, q: string) {
  const message = await findMessage(scope, id);
  const row = await allowedRow(scope, 'conversation:move', message.conversationId);
  const candidates = await candidatesFor(scope, {
    q,
    contactId: row.contact.id,
    except: [row.id],
    isReachable: (other) => other.inbox.id === row.inbox.id || kindOf(deps, other) === kindOf(deps, row),
  });
  return {
    q,
    message: {
      id: message.id,
      direction: message.direction,
      name: messageName(message),
      at: message.createdAt,
      text: snippet(message.text, 400),
    },
    from: cardView(row, [], deps.iconOf),
    candidates: candidates.map((other) => cardView(other, [], deps.iconOf)),
  };
}
