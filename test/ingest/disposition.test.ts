import test from 'ava';
import { readCounters } from '../../core/conversations/counters.ts';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { countAll } from '../../core/conversations/recount.ts';
import { BLOCKED_SENDER, disposeOf } from '../../core/ingest/disposition.ts';
import type { Verdict } from '../../core/ingest/verdict.ts';
import type { Authentication } from '../../core/lib/authentication.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { houseFor, MAIL_POLICY } from '../support/house.ts';

const scored = (score: number): Verdict => ({ authentication: null, spam: { state: 'scored', score, symbols: [] } });
const BLOCKED: Verdict = { authentication: null, spam: { state: 'skipped', score: null, symbols: [{ name: BLOCKED_SENDER, score: 0 }] } };
const DISOWNED: Authentication = {
  origin: 'outside',
  ip: '192.0.2.1',
  helo: null,
  fromDomain: 'x.test',
  spf: null,
  dkim: [],
  dmarc: { result: 'fail', policy: 'reject', domain: 'x.test' },
  arc: null,
  pretences: ['dmarc'],
};
const UNSCORED: Verdict = { authentication: null, spam: { state: 'unscored', score: null, symbols: [] } };

test('a score, a disowning domain and the list of blocked senders decide what goes to spam', (t) => {
  const disowned: Verdict = { authentication: DISOWNED, spam: null };
  const of = (verdict: Verdict, more = {}) => disposeOf({ policy: MAIL_POLICY, verdict, isProven: false, ...more });
  t.is(of(scored(8)), 'score');
  t.is(of(scored(7.9)), null);
  t.is(of(UNSCORED), null);
  t.is(of(BLOCKED), 'blocked');
  t.is(of(disowned), null);
  t.is(of(disowned, { policy: { ...MAIL_POLICY, onDmarcFail: 'spam' } }), 'dmarc');
  const strict = { policy: { ...MAIL_POLICY, onDmarcFail: 'refuse' as const } };
  t.is(of(disowned, strict), 'dmarc', 'what could not be refused at the door');
  t.is(of(disowned, { ...strict, isProven: true }), null);
  const mild = { ...DISOWNED, dmarc: { result: 'fail' as const, policy: 'quarantine' as const, domain: 'x.test' } };
  t.is(of({ authentication: mild, spam: null }, strict), null);
  const vouched = { ...DISOWNED, arc: { result: 'pass' as const, domain: 'google.com', trusted: true } };
  t.is(of({ authentication: vouched, spam: null }, { policy: { ...MAIL_POLICY, onDmarcFail: 'spam' } }), null);
  t.is(of({ authentication: vouched, spam: null }, strict), null);
  t.is(of(scored(100), { policy: null }), null);
  t.is(of(scored(100), { isProven: true }), null);
  t.is(of(BLOCKED, { isProven: true }), 'blocked');
});

test('spam is kept in a closed conversation of its own that no ordinary list, counter or search shows', async (t) => {
  const { mail, scope } = await houseFor(t);
  await mail({ subject: 'Pralka', text: 'wiruje' });
  const { status, record, conversationId } = await mail({ subject: 'Wygrana', text: 'loteria' }, { verdict: scored(12.5) });
  t.is(status, 'spam');
  t.like(await scope.db('raw_inbound').where({ id: record.id }).first(), { status: 'spam', spam_reason: 'score' });
  const conversation = await findConversation(scope, conversationId);
  t.like(conversation, { status: 'closed', waitingSince: null, spam: { reason: 'score', score: 12.5 } });
  const shown = async (filters: object) => (await listConversations(scope, filters)).items.map(({ subject }) => subject);
  t.deepEqual(await shown({}), ['Pralka']);
  t.deepEqual(await shown({ status: 'closed' }), []);
  t.deepEqual(await shown({ q: 'loteria' }), []);
  t.deepEqual(await shown({ q: `#${conversationId}` }), []);
  t.deepEqual(await shown({ status: 'spam' }), ['Wygrana']);
  t.like(await readCounters(scope), { open: 1, closed: 0, spam: 1, unassigned: 1 });
  t.is((await countAll(scope)).get('conversations.spam@1'), 1);
});

test('spam announces itself as hidden and neither as a new message nor as a new conversation', async (t) => {
  const { mail, events } = await houseFor(t);
  await mail({}, { verdict: scored(50) });
  t.deepEqual(
    (await events()).filter((type) => !type.startsWith('contact')),
    ['spam.hidden'],
  );
});

test('an answer to us that is scored as spam joins its conversation in sight', async (t) => {
  const { mail, scope, endpoints, agentId } = await houseFor(t);
  const first = await mail({ externalId: 'first@customer.test' });
  await replyToConversation(scope, endpoints, {
    conversationId: first.conversationId,
    authorId: agentId,
    text: '',
    html: '<p>Kiedy?</p>',
    attachments: [],
  });
  const ours = await scope.db('messages').where({ direction: 'outbound' }).first('external_id');
  const answer = await mail({ references: [ours.external_id] }, { verdict: scored(20) });
  t.deepEqual([answer.status, answer.conversationId], ['received', first.conversationId]);
  const { reply_token: token } = await scope.db('conversations').where({ id: first.conversationId }).first('reply_token');
  const byToken = await mail({ replyTokens: [token] }, { verdict: scored(20) });
  t.deepEqual([byToken.status, byToken.conversationId], ['received', first.conversationId]);
});

test('spam that only claims to belong to a conversation does not enter it', async (t) => {
  const { mail, scope } = await houseFor(t);
  const first = await mail({ externalId: 'first@customer.test' });
  const claims = await mail({ references: ['first@customer.test'] }, { verdict: scored(20) });
  t.is(claims.status, 'spam');
  t.not(claims.conversationId, first.conversationId);
  t.is((await findConversation(scope, claims.conversationId))?.relatedConversationId, first.conversationId);
});

test('a good message is never hidden by joining a conversation that is in spam', async (t) => {
  const { mail, scope } = await houseFor(t);
  const hidden = await mail({ externalId: 'first@customer.test' }, { verdict: scored(20) });
  const good = await mail({ references: ['first@customer.test'] });
  t.is(good.status, 'received');
  t.not(good.conversationId, hidden.conversationId);
  t.like(await findConversation(scope, good.conversationId), { status: 'open', spam: null, relatedConversationId: hidden.conversationId });
});

test('the same spam twice is a duplicate', async (t) => {
  const { mail } = await houseFor(t);
  await mail({}, { bytes: 'same', verdict: scored(20) });
  t.is((await mail({}, { bytes: 'same', verdict: scored(20) })).status, 'duplicate');
});

test('nobody answers a conversation that is in spam by mistake', async (t) => {
  const { mail, scope, endpoints, agentId } = await houseFor(t);
  const { conversationId } = await mail({}, { verdict: scored(20) });
  const answer = { conversationId, authorId: agentId, text: '', html: '<p>Tak</p>', attachments: [] };
  await t.throwsAsync(replyToConversation(scope, endpoints, answer), { code: 'conversation_is_spam' });
});
