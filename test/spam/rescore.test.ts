import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { lockedConversation } from '../../core/conversations/change.ts';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { transact } from '../../core/db/scope.ts';
import { saveDraft } from '../../core/drafts/save.ts';
import { judge } from '../../core/ingest/judge.ts';
import { UNJUDGED, type Verdict } from '../../core/ingest/verdict.ts';
import { silentLog } from '../../core/lib/log.ts';
import type { Endpoint } from '../../core/messages/endpoint.ts';
import { addNote } from '../../core/messages/note.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import type { FilterVerdict } from '../../core/plugins/contract.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { filterJudge } from '../../core/spam/filter-judge.ts';
import { learnHandler } from '../../core/spam/learn.ts';
import { markSpam, moveToSpam } from '../../core/spam/mark.ts';
import { rescore } from '../../core/spam/rescore.ts';
import { acknowledging } from '../support/acknowledging.ts';
import { memoryHost } from '../support/channel-host.ts';
import { demoFilter } from '../support/demo-filter.ts';
import { houseFor, mailFrom } from '../support/house.ts';
import { tempDir } from '../support/temp-dir.ts';
import { DRAFT } from '../support/transfers.ts';

const UNSCORED: Verdict = { authentication: null, spam: { state: 'unscored', score: null, symbols: [] } };
const scored = (score: number): FilterVerdict => ({ state: 'scored', score, threshold: 5, symbols: [] });

/** A house whose filter answers as the test says, and whose kept things have bytes. */
async function court(t: ExecutionContext) {
  const house = await houseFor(t);
  const blobs = openBlobs(tempDir(t));
  const sieve = demoFilter();
  const running = await sieve.plugin.start(memoryHost({ settings: { host: 'localhost' } }) as never);
  const plugins = { filters: () => [{ name: 'sieve', plugin: sieve.plugin, running }] };
  const deps = { plugins, blobs, endpoints: house.endpoints, inbox: () => null };
  const kept = async (verdict: Verdict, bytes = `bytes ${Math.random()}`, message: Parameters<typeof house.mail>[0] = {}) => {
    await blobs.put(Buffer.from(bytes));
    const taken = await house.mail(message, { bytes, verdict });
    await house.scope.db('raw_inbound').where({ id: taken.record.id }).update({ spam_state: verdict.spam?.state, judged_at: 'x' });
    return taken;
  };
  const position = { last: null };
  const again = () => rescore(house.scope, deps, silentLog, AbortSignal.timeout(10_000), position);
  return { ...house, deps, sieve, kept, again };
}

test('what came while the filter was away is scored when it is back, and spam moves only when nobody has touched it', async (t) => {
  const { kept, again, sieve, scope, agentScope, endpoints, agentId } = await court(t);
  const [plain, assigned, noted] = [await kept(UNSCORED), await kept(UNSCORED), await kept(UNSCORED)];
  await assignConversation(agentScope, assigned.conversationId, agentId);
  await addNote(agentScope, endpoints, {
    conversationId: noted.conversationId,
    authorId: agentId,
    text: 'znam',
    html: null,
    attachments: [],
  });
  sieve.verdict = { state: 'unavailable', reason: 'unreachable', detail: null };
  t.is(await again(), 0);
  sieve.verdict = scored(12);
  t.is(await again(), 3);
  t.like(await findConversation(scope, plain.conversationId), { spam: { reason: 'rescored', score: 12 } });
  for (const { conversationId } of [assigned, noted]) t.is((await findConversation(scope, conversationId))?.spam, null);
  t.like(await scope.db('raw_inbound').where({ id: plain.record.id }).first(), { status: 'spam', spam_state: 'scored', spam_score: 12 });
  t.like(await scope.db('raw_inbound').where({ id: noted.record.id }).first(), { status: 'received', spam_state: 'scored' });
  t.is(await again(), 0);
});

test('what somebody has begun to answer stays before him, whatever its late score says', async (t) => {
  const { kept, again, sieve, scope, agentId } = await court(t);
  const [begun, plain] = [await kept(UNSCORED), await kept(UNSCORED)];
  await saveDraft(scope, agentId, begun.conversationId, { ...DRAFT, text: 'Dzień dobry, pralkę' });
  sieve.verdict = scored(12);
  t.is(await again(), 2);
  t.like(await findConversation(scope, begun.conversationId), { status: 'open', spam: null });
  t.like(await findConversation(scope, plain.conversationId), { spam: { reason: 'rescored' } });
});

test('a late score below the threshold moves nothing', async (t) => {
  const { kept, again, sieve, scope } = await court(t);
  const { conversationId } = await kept(UNSCORED);
  sieve.verdict = scored(7.9);
  t.is(await again(), 1);
  t.like(await findConversation(scope, conversationId), { status: 'open', spam: null });
});

test('what a person said of a mail that waited for its score is not overruled by it', async (t) => {
  const { kept, again, sieve, scope, agentScope } = await court(t);
  const [rescued, disowned] = [await kept(UNSCORED), await kept(UNSCORED)];
  for (const isSpam of [true, false]) await markSpam(agentScope, rescued.conversationId, isSpam);
  await transact(scope, async (tx) => moveToSpam(tx, await lockedConversation(tx, disowned.conversationId), 'dmarc', null));
  await markSpam(agentScope, disowned.conversationId, false);
  sieve.verdict = scored(12);
  t.is(await again(), 0);
  for (const { conversationId, record } of [rescued, disowned]) {
    t.like(await findConversation(scope, conversationId), { status: 'open', spam: null });
    t.like(await scope.db('raw_inbound').where({ id: record.id }).first(), { status: 'received', spam_state: 'skipped' });
  }
});

test('the filter learns what the conversation is when its turn comes, whatever was said before', async (t) => {
  const { kept, deps, sieve, agentScope, scope } = await court(t);
  const { conversationId, record } = await kept(UNJUDGED);
  await markSpam(agentScope, conversationId, true);
  await markSpam(agentScope, conversationId, false);
  const handler = learnHandler(deps);
  const job = { id: 1, kind: 'spam_learn', attempts: 1, data: { rawInboundId: record.id, conversationId } };
  await handler(scope, job, AbortSignal.timeout(5_000));
  t.deepEqual(sieve.did.slice(-1), ['learn 1 ham']);
});

test('what the second place of stored files has alone is fetched for the filter; of what nobody has it is not asked', async (t) => {
  const { kept, deps, sieve, agentScope, scope, endpoints } = await court(t);
  const all = await Promise.all([kept(UNSCORED, 'fetched'), kept(UNSCORED, 'gone')]);
  const bucket = { stored: () => {}, get: async () => Readable.from([Buffer.from('fetched')]) };
  const away = { ...deps, endpoints, blobs: openBlobs(tempDir(t), bucket) };
  for (const { conversationId, record } of all) {
    await markSpam(agentScope, conversationId, true);
    const job = { id: 1, kind: 'spam_learn', attempts: 1, data: { rawInboundId: record.id, conversationId } };
    await learnHandler(away)(scope, job, AbortSignal.timeout(5_000));
  }
  t.is(sieve.did.filter((did) => did.startsWith('learn')).length, 1);
  await scope.db('raw_inbound').update({ spam_state: 'unscored' });
  t.is(await rescore(scope, away, silentLog, AbortSignal.timeout(5_000)), 1);
  t.is(sieve.did.filter((did) => did.startsWith('judge')).length, 1);
});

test('a filter that cannot answer leaves the mail unscored, several add up, and reports are never shown to it', async (t) => {
  const { deps, sieve, kept } = await court(t);
  const subject = { record: (await kept(UNJUDGED)).record, items: [mailFrom('jan@customer.test')] };
  const judged = async (one = subject) => (await judge([filterJudge(deps)], one, silentLog)).spam;
  sieve.verdict = { state: 'unavailable', reason: 'unreachable', detail: null };
  t.deepEqual(await judged(), UNSCORED.spam);
  sieve.verdict = { state: 'skipped', reason: 'too_large' };
  t.like(await judged(), { state: 'skipped', score: null });
  const twice = { ...deps, plugins: { filters: () => [...deps.plugins.filters(), ...deps.plugins.filters()] } };
  sieve.verdict = scored(3.5);
  t.like((await judge([filterJudge(twice)], subject, silentLog)).spam, { state: 'scored', score: 7 });
  const report = {
    kind: 'report' as const,
    about: { externalId: 'x', recipient: null },
    outcome: 'bounced' as const,
    status: null,
    diagnostic: null,
  };
  t.is((await judge([filterJudge(deps)], { record: subject.record, items: [report] }, silentLog)).spam, null);
});

test('a mail that the filter never gets done with, and one that was deleted meanwhile, hold up none of those after it', async (t) => {
  const { kept, again, sieve, scope } = await court(t);
  await kept(UNSCORED, 'slow');
  const gone = await kept(UNSCORED, 'gone');
  for (let n = 0; n < 12; n += 1) await kept(UNSCORED, `later ${n}`);
  await scope.db('raw_inbound').where({ id: gone.record.id }).update({ purged_at: scope.now().toISOString() });
  const asked: string[] = [];
  sieve.verdict = (bytes) => {
    asked.push(String(bytes));
    return asked.at(-1) === 'slow' ? { state: 'unavailable', reason: 'bad_answer', detail: null } : scored(12);
  };
  t.is(await again(), 12);
  t.is((await listConversations(scope, { status: 'spam' })).items.length, 12);
  t.false(asked.includes('gone'), 'there is nothing left of it to be asked about');
});

test('ten mails that the filter never gets done with hold up none of those after them: the next run begins behind them', async (t) => {
  const { kept, again, sieve } = await court(t);
  for (let n = 0; n < 10; n += 1) await kept(UNSCORED, `slow ${n}`);
  await kept(UNSCORED, 'later');
  sieve.verdict = (bytes) => (String(bytes) === 'later' ? scored(0) : { state: 'unavailable', reason: 'bad_answer', detail: null });
  t.is(await again(), 0);
  t.is(await again(), 1);
  sieve.verdict = scored(0);
  t.is((await again()) + (await again()), 10);
});

test('a filter that is away is asked about one portion, not about everything that waits', async (t) => {
  const { kept, again, sieve } = await court(t);
  for (let n = 0; n < 12; n += 1) await kept(UNSCORED);
  sieve.verdict = { state: 'unavailable', reason: 'unreachable', detail: null };
  t.is(await again(), 0);
  t.is(sieve.did.filter((did) => did.startsWith('judge')).length, 10);
});

test('that we confirmed it by ourselves is no hand on it: a late score moves it all the same, an answer of ours keeps it', async (t) => {
  const { kept, again, sieve, scope, ...house } = await court(t);
  const { switchOn, answer } = acknowledging({ scope, ...house });
  await switchOn(house.inboxId);
  const confirmed = await kept(UNSCORED);
  t.true(await answer(confirmed.conversationId));
  const answered = await kept(UNSCORED);
  const words = { conversationId: answered.conversationId, authorId: house.agentId, text: 'Tak', html: null, attachments: [] };
  await replyToConversation(house.agentScope, house.endpoints, words);
  sieve.verdict = scored(12);
  t.is(await again(), 2);
  t.like(await findConversation(scope, confirmed.conversationId), { spam: { reason: 'rescored', score: 12 } });
  t.deepEqual(await scope.db('deliveries').orderBy('id').pluck('status'), ['cancelled', 'queued']);
  t.is((await findConversation(scope, answered.conversationId))?.spam, null);
});

test('in a personal mailbox, where all is its owner’s from the first, a late score moves what he has not touched', async (t) => {
  const { kept, deps, sieve, scope, agentId, endpoints, addAgent } = await court(t);
  const own = { find: (id: Parameters<typeof endpoints.find>[0]) => ({ ...(endpoints.find(id) as Endpoint), ownerId: agentId }) };
  const [his, handedOn] = [await kept(UNSCORED), await kept(UNSCORED)];
  await scope.db('conversations').where({ id: his.conversationId }).update({ assignee_id: agentId });
  await scope
    .db('conversations')
    .where({ id: handedOn.conversationId })
    .update({ assignee_id: await addAgent('ola@company.test') });
  sieve.verdict = scored(12);
  t.is(await rescore(scope, { ...deps, endpoints: own }, silentLog, AbortSignal.timeout(10_000)), 2);
  t.like(await findConversation(scope, his.conversationId), { spam: { reason: 'rescored' } });
  t.is((await findConversation(scope, handedOn.conversationId))?.spam, null);
});

test('what answers us under another subject begins a conversation of its own, which no late score hides', async (t) => {
  const { kept, again, sieve, scope, agentScope, endpoints, agentId, mail } = await court(t);
  await changeGeneral(scope, { otherSubject: 'split' });
  const { conversationId } = await mail({ subject: 'Pralka' });
  const words = { conversationId, authorId: agentId, text: 'Proszę o zdjęcie.', html: null, attachments: [] };
  await replyToConversation(agentScope, endpoints, words);
  const ours: string = (await scope.db('messages').where({ direction: 'outbound' }).first()).external_id;
  const answer = await kept(UNSCORED, 'answer', { subject: 'Faktura za listopad', references: [ours] });
  const stranger = await kept(UNSCORED, 'stranger', { subject: 'Faktura za listopad', references: ['x@inny.test'] });
  t.not(answer.conversationId, conversationId);
  sieve.verdict = scored(12);
  t.is(await again(), 2);
  t.is((await findConversation(scope, answer.conversationId))?.spam, null);
  t.like(await findConversation(scope, stranger.conversationId), { spam: { reason: 'rescored' } });
});
