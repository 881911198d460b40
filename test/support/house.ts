import type { ExecutionContext } from 'ava';
import { type Scope, transact } from '../../core/db/scope.ts';
import { admitAgent } from '../../core/folders/rights.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import type { Interpreted, InterpretedMessage, RawInboundRecord, RawStatus } from '../../core/ingest/types.ts';
import type { Verdict } from '../../core/ingest/verdict.ts';
import type { AgentId, ConversationId, InboxId, MessageId, RawInboundId } from '../../core/lib/ids.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import type { Endpoint, Endpoints } from '../../core/messages/endpoint.ts';
import type { ChannelTraits, DeliveryReport, InboxPolicy } from '../../core/plugins/contract.ts';
import { scopeFor } from './db.ts';

export const MAIL_TRAITS: ChannelTraits = {
  addressKind: 'email',
  body: 'html',
  maxBodyChars: null,
  maxAttachmentBytes: 25_000_000,
  continues: 'by-reference',
  replyWindowHours: null,
  subject: true,
  confirms: [],
};

export const MAIL_POLICY: InboxPolicy = { tagScore: 5, spamScore: 8, onDmarcFail: 'tag', onVirus: 'spam' };

/** A company with inboxes, agents and a clock that stands until it is moved: what the tests of the domain begin with. */
export interface House {
  readonly scope: Scope;
  readonly endpoints: Endpoints;
  readonly inboxId: InboxId;
  readonly agentId: AgentId;
  /** As the agent sees it. */
  readonly agentScope: Scope;
  /** Moves the clock forward. */
  pass(minutes: number): void;
  addInbox(address: string, traits?: Partial<ChannelTraits>, canSend?: boolean): Promise<InboxId>;
  addAgent(email: string): Promise<AgentId>;
  /** Keeps something and receives it at once; `bytes` stand for the raw bytes. */
  take(items: readonly Interpreted[], options?: { inboxId?: InboxId; bytes?: string; verdict?: Verdict }): Promise<Taken>;
  mail(message: Partial<InterpretedMessage>, options?: { inboxId?: InboxId; bytes?: string; verdict?: Verdict }): Promise<Taken>;
  report(report: Partial<DeliveryReport> & Pick<DeliveryReport, 'about' | 'outcome'>, inboxId?: InboxId): Promise<Taken>;
  keep(options?: { inboxId?: InboxId; bytes?: string; verdict?: Verdict }): Promise<RawInboundRecord>;
  events(): Promise<readonly string[]>;
}

export interface Taken {
  readonly status: RawStatus;
  readonly record: RawInboundRecord;
  /** Of the newest message in the house, for a mail that was received. */
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

let serial = 0;

export const mailFrom = (from: string, more: Partial<InterpretedMessage> = {}): InterpretedMessage => ({
  kind: 'message',
  externalId: `${++serial}.mail@customer.test`,
  from: { address: from, name: null },
  to: [{ address: 'help@company.test', name: null }],
  cc: [],
  replyTo: [],
  subject: 'Broken washing machine',
  text: 'It does not turn.',
  folds: { text: [], html: [] },
  ownWords: '',
  html: null,
  attachments: [],
  references: [],
  replyTokens: [],
  sentAt: null,
  automated: false,
  ...more,
});

export async function houseFor(t: ExecutionContext<unknown>): Promise<House> {
  const base = await scopeFor(t);
  let clock = Date.parse('2026-11-24T09:00:00.000Z');
  const scope: Scope = { ...base, now: () => new Date(clock) };
  const at = scope.now().toISOString();
  const known = new Map<InboxId, Endpoint>();

  const addInbox = async (address: string, traits: Partial<ChannelTraits> = {}, canSend = true): Promise<InboxId> => {
    const row = { channel: 'email', name: address, address, settings: '{}', created_at: at, updated_at: at };
    const [made] = await scope.db('inboxes').insert(row).returning('id');
    const id = made.id as InboxId;
    const newExternalId = () => `${++serial}.centrala@company.test`;
    known.set(id, {
      id,
      name: address,
      address,
      traits: { ...MAIL_TRAITS, ...traits },
      canSend,
      policy: MAIL_POLICY,
      ownerId: null,
      newExternalId,
    });
    return id;
  };

  const addAgent = async (email: string): Promise<AgentId> => {
    const row = { email, first_name: 'Anna', last_name: 'Nowak', role: 'agent', language: 'pl', created_at: '2026-01-01T00:00:00.000Z' };
    const [made] = await scope.db('agents').insert(row).returning('id');
    await transact(scope, (tx) => admitAgent(tx, made.id, null));
    return made.id as AgentId;
  };

  const inboxId = await addInbox('help@company.test');
  const agentId = await addAgent('anna@company.test');

  const keep: House['keep'] = async (options = {}) => {
    const blobSha256 = sha256(options.bytes ?? `bytes ${++serial}`);
    const received_at = scope.now().toISOString();
    await scope.db('blobs').insert({ sha256: blobSha256, bytes: 1, created_at: at }).onConflict('sha256').ignore();
    const row = { inbox_id: options.inboxId ?? inboxId, content_type: 'message/rfc822', bytes: 1, status: 'waiting', received_at };
    const [made] = await scope
      .db('raw_inbound')
      .insert({ ...row, spool_id: `s${++serial}`, envelope: '{}', blob_sha256: blobSha256 })
      .returning('id');
    const facts = { contentType: row.content_type, envelope: {}, blobSha256, bytes: 1, attempts: 0, error: null, receivedAt: scope.now() };
    return { id: made.id as RawInboundId, inboxId: row.inbox_id, status: 'waiting', ...facts, verdict: null };
  };

  const endpoints: Endpoints = {
    find: (id) => known.get(id) ?? null,
    isOurDomain: (domain) => [...known.values()].some(({ address }) => address.endsWith(`@${domain}`)),
    isOurs: (address) => [...known.values()].some((one) => one.address === address),
  };

  const take: House['take'] = async (items, options = {}) => {
    const record = await keep(options);
    const status = await receiveInbound(scope, endpoints, record, items, undefined, options.verdict);
    const newest = await scope.db('messages').orderBy('id', 'desc').first('id', 'conversation_id');
    return { status, record, conversationId: newest?.conversation_id as ConversationId, messageId: newest?.id as MessageId };
  };

  return {
    scope,
    endpoints,
    inboxId,
    agentId,
    agentScope: { ...scope, actor: { kind: 'agent', id: agentId } },
    pass: (minutes) => {
      clock += minutes * 60_000;
    },
    addInbox,
    addAgent,
    keep,
    take,
    mail: (message, options) => take([mailFrom('jan@customer.test', message)], options),
    report: (report, inbox) =>
      take([{ kind: 'report', status: null, diagnostic: null, ...report }], inbox === undefined ? {} : { inboxId: inbox }),
    events: () => scope.db('events').orderBy('id').pluck('type'),
  };
}
