import test from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { disposeOf } from '../../core/ingest/disposition.ts';
import { judge } from '../../core/ingest/judge.ts';
import { UNJUDGED, type Verdict } from '../../core/ingest/verdict.ts';
import { silentLog } from '../../core/lib/log.ts';
import { guardUploads } from '../../core/viruses/guard-uploads.ts';
import { scanJudge } from '../../core/viruses/scan-judge.ts';
import { houseFor, MAIL_POLICY, mailFrom } from '../support/house.ts';
import { AWAY, EICAR, UNSCANNED, wardFor } from '../support/ward.ts';

const INFECTED: Verdict = { ...UNJUDGED, virus: { state: 'infected', name: 'Eicar' } };

test('a message with a virus goes to spam unless its inbox only marks it, even when it answers us', (t) => {
  const of = (verdict: Verdict, more = {}) => disposeOf({ policy: MAIL_POLICY, verdict, isProven: false, ...more });
  t.is(of(INFECTED), 'virus');
  t.is(of(INFECTED, { isProven: true }), 'virus');
  t.is(of(INFECTED, { policy: { ...MAIL_POLICY, onVirus: 'tag' } }), null);
  t.is(of(INFECTED, { policy: null }), null);
  t.is(of(UNSCANNED), null);
});

test('one scanner that finds something is enough, one that is away leaves it open, and reports are not scanned', async (t) => {
  const { kept, answer, blobs, plugins } = await wardFor(t);
  const { record } = await kept('list', UNJUDGED);
  const judged = async (items: Parameters<typeof judge>[1]['items'] = [mailFrom('jan@customer.test')]) =>
    (await judge([scanJudge({ plugins, blobs })], { record, items }, silentLog)).virus;
  t.deepEqual(await judged(), { state: 'unscanned', name: null });
  answer.of = (bytes) => (bytes === 'list' ? { state: 'clean' } : AWAY);
  t.deepEqual(await judged(), { state: 'clean', name: null });
  answer.more = [AWAY];
  t.deepEqual(await judged(), { state: 'unscanned', name: null });
  answer.more = [AWAY, EICAR];
  t.deepEqual(await judged(), { state: 'infected', name: 'Eicar' });
  answer.of = () => ({ state: 'skipped', reason: 'too_large' });
  answer.more = [];
  t.deepEqual(await judged(), { state: 'skipped', name: null });
  const report = {
    kind: 'report',
    about: { externalId: 'x', recipient: null },
    outcome: 'bounced',
    status: null,
    diagnostic: null,
  } as const;
  t.is(await judged([report]), undefined);
});

test('what came while the scanner was away is scanned when it is back, and a virus moves only what nobody has touched', async (t) => {
  const { kept, again, answer, scope, agentScope, agentId, events } = await wardFor(t);
  const [bad, assigned, good, stubborn] = [await kept('bad 1'), await kept('bad 2'), await kept('good'), await kept('stubborn')];
  await assignConversation(agentScope, assigned.conversationId, agentId);
  t.is(await again(), 0);
  answer.of = (bytes) => (bytes === 'stubborn' ? AWAY : bytes === 'good' ? { state: 'clean' } : EICAR);
  t.is(await again(), 3);
  t.like(await findConversation(scope, bad.conversationId), { status: 'closed', spam: { reason: 'virus', score: null } });
  for (const { conversationId } of [assigned, good, stubborn]) t.is((await findConversation(scope, conversationId))?.spam, null);
  const rows = await scope.db('raw_inbound').orderBy('id').select('status', 'virus_state', 'virus_name');
  t.like(rows[0], { status: 'spam', virus_state: 'infected', virus_name: 'Eicar' });
  t.like(rows[1], { status: 'received', virus_state: 'infected', virus_name: 'Eicar' });
  t.like(rows[2], { status: 'received', virus_state: 'clean', virus_name: null });
  t.like(rows[3], { status: 'received', virus_state: 'unscanned' });
  t.true((await events()).includes('virus.scanned'));
  t.is(await again(), 0);
});

test('ten mails that the scanner never gets done with hold up none of those after them: the next run begins behind them', async (t) => {
  const { kept, again, answer, scope } = await wardFor(t);
  for (let n = 0; n < 10; n += 1) await kept(`stubborn ${n}`);
  await kept('good');
  answer.of = (bytes) => (bytes === 'good' ? { state: 'clean' } : AWAY);
  t.is(await again(), 0);
  t.is(await again(), 1);
  t.is((await scope.db('raw_inbound').where({ virus_state: 'unscanned' })).length, 10);
  answer.of = () => ({ state: 'clean' });
  t.is((await again()) + (await again()), 10);
});

test('no words are looked for in the files of a message with a virus', async (t) => {
  const { mail, scope } = await houseFor(t);
  const file = { filename: 'a.txt', contentType: 'text/plain', contentId: null, inline: false, bytes: 3, sha256: 'a'.repeat(64) };
  await mail({ attachments: [file] }, { verdict: INFECTED });
  t.deepEqual(await scope.db('file_texts'), []);
  await mail({ attachments: [file] });
  t.is((await scope.db('file_texts')).length, 1);
});

test('an uploaded file with a virus is refused, and taken where no scanner answers', async (t) => {
  const { blobs, plugins, answer, scope } = await wardFor(t);
  const guarded = guardUploads(blobs, plugins, scope);
  t.is((await guarded.put(Buffer.from('cennik'))).bytes, 6);
  answer.of = (bytes) => (bytes === 'cennik' ? { state: 'clean' } : EICAR);
  t.is((await guarded.put(Buffer.from('cennik'))).bytes, 6);
  await t.throwsAsync(guarded.put(Buffer.from('wirus')), { code: 'file_infected' });
  t.is((await guarded.put(new Uint8Array())).bytes, 0);
});
