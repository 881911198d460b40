import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, InboxId, MessageId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import type { Footer, FooterOf, WrittenFooter } from './types.ts';

interface Row {
  agent_id: number | null;
  inbox_id: number | null;
  text: string;
  html: string | null;
}

const fromRow = ({ text, html }: Row): WrittenFooter => ({ text, html: html as SafeHtml | null });
const columnOf = (of: FooterOf) => ('agentId' in of ? { agent_id: of.agentId } : { inbox_id: of.inboxId });

export async function findFooter({ db }: Scope, of: FooterOf): Promise<WrittenFooter | null> {
  const row: Row | undefined = await db('footers').where(columnOf(of)).first();
  return row ? fromRow(row) : null;
}

/** Those that stand below an answer of this agent from this inbox, his own first. */
export async function findBoth({ db }: Scope, agentId: AgentId, inboxId: InboxId): Promise<readonly WrittenFooter[]> {
  const rows: Row[] = await db('footers').where({ agent_id: agentId }).orWhere({ inbox_id: inboxId });
  return rows.toSorted((a, b) => Number(a.agent_id === null) - Number(b.agent_id === null)).map(fromRow);
}

/** Whose there are, at most 1,000. */
export async function ownersOfFooters({
  db,
}: Scope): Promise<{ readonly agents: ReadonlySet<AgentId>; readonly inboxes: ReadonlySet<InboxId> }> {
  const rows: Row[] = await db('footers').select('agent_id', 'inbox_id').orderBy('id').limit(1_000);
  return {
    agents: new Set(rows.flatMap((row) => (row.agent_id === null ? [] : [row.agent_id as AgentId]))),
    inboxes: new Set(rows.flatMap((row) => (row.inbox_id === null ? [] : [row.inbox_id as InboxId]))),
  };
}

export async function putFooter({ db, now }: WriteScope, of: FooterOf, { text, html }: WrittenFooter): Promise<void> {
  const row = { ...columnOf(of), text, html, updated_at: now().toISOString() };
  await db('footers')
    .insert(row)
    .onConflict('agentId' in of ? 'agent_id' : 'inbox_id')
    .merge(['text', 'html', 'updated_at']);
}

export async function deleteFooter({ db }: WriteScope, of: FooterOf): Promise<void> {
  await db('footers').where(columnOf(of)).delete();
}

export async function insertMessageFooter({ db }: WriteScope, messageId: MessageId, { text, html }: Footer): Promise<void> {
  await db('message_footers').insert({ message_id: messageId, text, html });
}
