import { createHash } from 'node:crypto';
import { snippet } from '../../core/lib/text.ts';
import { indexedWords } from '../../core/search/indexed-words.ts';
import { corpusConversation, customerAddress, customerName, MESSAGES_PER_CONVERSATION } from './corpus.ts';

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** What the corpus is written for. */
export interface Place {
  readonly inboxId: number;
  readonly inboxAddress: string;
  readonly agentIds: readonly number[];
  /** Ids in use before: the corpus begins above them. */
  readonly after: Readonly<Record<'contacts' | 'conversations' | 'messages' | 'deliveries', number>>;
}

export interface ConversationRows {
  readonly conversation: Row;
  readonly participants: readonly Row[];
  readonly messages: readonly Row[];
  readonly deliveries: readonly Row[];
  /** Message id and the words it can be found by. */
  readonly words: readonly (readonly [number, string])[];
}

const iso = (ms: number): string => new Date(ms).toISOString();
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const escapeHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** A contact and its one address. */
export function contactRows(customer: number, place: Place): { contact: Row; identity: Row } {
  const id = place.after.contacts + customer + 1;
  const at = iso(Date.UTC(2025, 0, 1));
  return {
    contact: { id, name: customerName(customer), created_at: at, updated_at: at },
    identity: { contact_id: id, kind: 'email', address: customerAddress(customer), created_at: at },
  };
}

/** One conversation of the corpus as the product itself would have written it: customer, agent's answer, customer. */
export function conversationRows(number: number, total: number, place: Place): ConversationRows {
  const made = corpusConversation(number, total);
  const id = place.after.conversations + number + 1;
  const firstMessage = place.after.messages + number * MESSAGES_PER_CONVERSATION + 1;
  const agentId = place.agentIds[number % place.agentIds.length] ?? 1;
  const [address, name] = [customerAddress(made.customer), customerName(made.customer)];
  const last = made.messages.at(-1);
  const lastMs = last?.createdMs ?? made.createdMs;
  const closed = made.status === 'closed';
  const externalIds = made.messages.map((_, index) => `c${number}.${index}@${index === 1 ? 'centrala.local' : 'example.com'}`);
  const messages = made.messages.map((message, index): Row => {
    const to = [message.fromCustomer ? { address: place.inboxAddress, name: null } : { address, name }];
    return {
      id: firstMessage + index,
      conversation_id: id,
      inbox_id: place.inboxId,
      raw_inbound_id: null,
      author_id: message.fromCustomer ? null : agentId,
      kind: message.fromCustomer ? 'message' : 'reply',
      direction: message.fromCustomer ? 'inbound' : 'outbound',
      from_address: message.fromCustomer ? address : place.inboxAddress,
      from_name: message.fromCustomer ? name : null,
      recipients: JSON.stringify({ to, cc: [], bcc: [], replyTo: [] }),
      subject: index === 0 ? made.subject : `Re: ${made.subject}`,
      text: message.text,
      html: message.fromCustomer ? null : `<p>${escapeHtml(message.text).replaceAll('\n', '<br>')}</p>`,
      external_id: externalIds[index] ?? null,
      external_id_hash: hash(externalIds[index] ?? ''),
      references: JSON.stringify(externalIds.slice(0, index).reverse()),
      automated: false,
      sender_status: 'participant',
      sent_at: iso(message.createdMs),
      created_at: iso(message.createdMs),
    };
  });
  return {
    conversation: {
      id,
      inbox_id: place.inboxId,
      contact_id: place.after.contacts + made.customer + 1,
      contact_address: address,
      assignee_id: made.status === 'open' ? null : agentId,
      status: closed ? 'closed' : 'open',
      subject: made.subject,
      snippet: snippet(last?.text ?? ''),
      reply_token: hash(`token ${number} ${place.after.conversations}`).slice(0, 26),
      message_count: messages.length,
      has_attachments: false,
      failed_deliveries: 0,
      last_message_id: firstMessage + messages.length - 1,
      last_message_at: iso(lastMs),
      waiting_since: closed ? null : iso(lastMs),
      related_conversation_id: null,
      created_at: iso(made.createdMs),
      closed_at: closed ? iso(lastMs + 1000) : null,
    },
    participants: [{ conversation_id: id, address }],
    messages,
    deliveries: [
      {
        id: place.after.deliveries + number + 1,
        message_id: firstMessage + 1,
        conversation_id: id,
        inbox_id: place.inboxId,
        kind: 'to',
        address,
        name,
        status: 'sent',
        attempts: 1,
        expires_at: iso(made.createdMs + 4 * 86_400_000),
        sent_at: iso(made.createdMs + 3_600_000),
        created_at: iso(made.createdMs + 3_600_000),
        updated_at: iso(made.createdMs + 3_600_000),
      },
    ],
    words: made.messages.map((message, index) => {
      const [customer, inbox] = [
        { address, name },
        { address: place.inboxAddress, name: null },
      ];
      const [from, to] = message.fromCustomer ? [customer, inbox] : [inbox, customer];
      const subject = index === 0 ? made.subject : `Re: ${made.subject}`;
      return [firstMessage + index, indexedWords({ subject, from, to: [to], text: message.text, hasAttachment: false })] as const;
    }),
  };
}

/** How each row of `conversations` is counted, as core/conversations/counters.ts counts it. */
export function countInto(counters: Map<string, number>, { conversation }: ConversationRows): void {
  const add = (what: string): void => {
    const name = `${what}@1`;
    counters.set(name, (counters.get(name) ?? 0) + 1);
  };
  add(`conversations.${conversation['status']}`);
  if (conversation['status'] !== 'open') return;
  if (conversation['waiting_since'] !== null) add('open.unanswered');
  add(`open.inbox.${conversation['inbox_id']}`);
  add(conversation['assignee_id'] === null ? 'open.unassigned' : `open.assignee.${conversation['assignee_id']}`);
}
