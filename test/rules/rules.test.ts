import test from 'ava';
import { saveAcknowledgement } from '../../core/acknowledgements/save.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { findConversationRow } from '../../core/conversations/list.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { FolderId, MessageId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { actsOn, listActs } from '../../core/rules/acts.ts';
import { openRules } from '../../core/rules/known.ts';
import { runOn } from '../../core/rules/run.ts';
import { addRule, changeRule, findRule, listRules, orderRule, removeRule, switchRule } from '../../core/rules/save.ts';
import { tryRule } from '../../core/rules/trial.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { undoAct } from '../../core/rules/undo.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { removeTeam } from '../../core/teams/remove.ts';
import { saveWorkingHours } from '../../core/working-hours/save.ts';
import { as, confine } from '../support/folders.ts';
import { houseFor, mailFrom } from '../support/house.ts';
import { countQueries } from '../support/queries.ts';

const subject = (...values: string[]) => ({ field: 'subject', operator: 'contains', values });
const rule = (name: string, conditions: readonly unknown[], actions: object, more: object = {}) =>
  RULE_INPUT.parse({ name, conditions, actions, ...more });

async function office(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const { scope, endpoints } = house;
  const invoices = (await addFolder(scope, 'Faktury')).id;
  const urgent = (await addLabel(scope, 'Pilne', 'red')).id;
  const headers = new Map<string, string>();
  const readHeaders = async (sha256: string) => (headers.has(sha256) ? Buffer.from(headers.get(sha256) ?? '') : null);
  const run = async (id: MessageId) => runOn(scope, { rules: await openRules(scope), endpoints, readHeaders, log: silentLog }, id);
  /** A mail and what rules make of it. */
  const arrive = async (message: Partial<InterpretedMessage> = {}, from = 'jan@customer.test') => {
    const taken = await house.take([mailFrom(from, message)]);
    await run(taken.messageId);
    return taken;
  };
  const row = (id: Parameters<typeof findConversationRow>[1]) => findConversationRow(scope, id);
  return { ...house, invoices, urgent, headers, readHeaders, run, arrive, row };
}

test('a rule puts new mail into a folder, labels it, gives it to an agent and says in the conversation what it did and why', async (t) => {
  const { scope, invoices, urgent, agentId, agentScope, arrive, row, run } = await office(t);
  await addRule(
    scope,
    rule('Faktury', [subject('zwrot', 'faktura')], { folderId: invoices, labelIds: [urgent], assigneeId: agentId, notifyIds: [agentId] }),
  );
  const { conversationId, messageId } = await arrive({ subject: 'FAKTURA 12' });
  t.like(await row(conversationId), { folderId: invoices, status: 'open', labels: [{ name: 'Pilne' }], hasRuleActs: true });
  t.is((await row(conversationId)).assignee?.id, agentId);
  const [act] = await actsOn(scope, [messageId]);
  t.like(act, { ruleName: 'Faktury', failure: null, undoneAt: null });
  t.deepEqual(act?.reasons, [{ field: 'subject', operator: 'contains', value: 'faktura' }]);
  t.deepEqual(
    act?.deeds.map(({ kind, name }) => [kind, name]),
    [
      ['folder', 'Faktury'],
      ['label', 'Pilne'],
      ['assignee', 'Anna Nowak'],
      ['notified', 'Anna Nowak'],
    ],
  );
  const told = (await listNotifications(agentScope, agentId)).items.map(({ kind }) => kind);
  t.deepEqual(told.toSorted(), ['conversation_assigned', 'rule_told']);
  await run(messageId);
  t.is((await actsOn(scope, [messageId])).length, 1, 'running again does nothing');
  t.like((await listRules(scope))[0], { actCount: 1, lastActAt: scope.now() });
  const other = await arrive({ subject: 'Reklamacja' });
  t.like(await row(other.conversationId), { folderId: TOP_FOLDER, hasRuleActs: false });
});

test('rules act in order, the later on top of the earlier, until one that fits says stop; those that are off do nothing', async (t) => {
  const { scope, invoices, urgent, arrive, row } = await office(t);
  const other = (await addFolder(scope, 'Inne')).id;
  const off = await addRule(scope, rule('Wyłączona', [subject('faktura')], { close: true }, { enabled: false }));
  const label = await addRule(scope, rule('Etykieta', [subject('faktura')], { labelIds: [urgent] }));
  const first = await addRule(scope, rule('Do faktur', [subject('faktura')], { folderId: invoices }, { stops: true }));
  const second = await addRule(scope, rule('Do innych', [subject('faktura')], { folderId: other }));
  const one = await arrive({ subject: 'faktura', externalId: 'a@x' });
  t.like(await row(one.conversationId), { folderId: invoices, status: 'open', labels: [{ name: 'Pilne' }] });
  await orderRule(scope, second, 1);
  t.deepEqual(
    (await listRules(scope)).map(({ id }) => id),
    [second, off, label, first],
  );
  const two = await arrive({ subject: 'faktura', externalId: 'b@x' });
  t.like(await row(two.conversationId), { folderId: invoices });
  t.deepEqual(
    (await actsOn(scope, [two.messageId])).map(({ ruleName }) => ruleName),
    ['Do innych', 'Etykieta', 'Do faktur'],
  );
});

test('a rule looks at mail that opens a conversation, at answers only when it says so, and at spam and reports never', async (t) => {
  const { scope, invoices, urgent, arrive, row, run, take } = await office(t);
  await addRule(scope, rule('Nowe', [subject('faktura')], { folderId: invoices }));
  await addRule(scope, rule('Wszystkie', [subject('faktura')], { labelIds: [urgent] }, { answers: true }));
  const { conversationId } = await arrive({ subject: 'Pytanie', externalId: 'first@x' });
  const answer = await arrive({ subject: 'Re: faktura', references: ['first@x'] });
  t.is(answer.conversationId, conversationId);
  t.like(await row(conversationId), { folderId: TOP_FOLDER, labels: [{ name: 'Pilne' }] });
  const spam = { authentication: null, spam: { state: 'scored' as const, score: 20, symbols: [] } };
  const hidden = await take([mailFrom('zly@x.test', { subject: 'faktura' })], { verdict: spam });
  t.is(hidden.status, 'spam');
  await run(hidden.messageId);
  const report = await arrive({ subject: 'faktura nie dotarła', automated: true, machine: 'delivery' }, 'mailer-daemon@x.test');
  t.deepEqual(await actsOn(scope, [hidden.messageId, report.messageId]), []);
});

test('a rule can ask for a header of the mail, whose file is read only then', async (t) => {
  const { scope, invoices, headers, arrive, row, take, run } = await office(t);
  await addRule(
    scope,
    rule('Formularz', [{ field: 'header', header: 'X-Form', operator: 'is', values: ['kontakt'] }], { folderId: invoices }),
  );
  const taken = await take([mailFrom('jan@x.test')]);
  headers.set(taken.record.blobSha256, 'X-Form: Kontakt\r\n\r\nx');
  await run(taken.messageId);
  t.is((await row(taken.conversationId)).folderId, invoices);
  t.is((await row((await arrive()).conversationId)).folderId, TOP_FOLDER, 'a mail without its file does not fit');
});

test('what a rule did is taken back as far as nobody has changed it since, once, and what stays is said', async (t) => {
  const { scope, invoices, urgent, agentId, arrive, row, addAgent } = await office(t);
  const other = await addAgent('ewa@company.test');
  await addRule(scope, rule('Faktury', [subject('faktura')], { folderId: invoices, labelIds: [urgent], assigneeId: agentId, close: true }));
  const one = await arrive({ subject: 'faktura', externalId: 'a@x' });
  t.like(await row(one.conversationId), { status: 'closed', waitingSince: null });
  const [act] = await actsOn(scope, [one.messageId]);
  const undone = await undoAct(scope, act?.id as never);
  t.deepEqual(undone.left, []);
  t.like(await row(one.conversationId), { folderId: TOP_FOLDER, status: 'open', assignee: null, labels: { length: 0 } });
  t.not((await row(one.conversationId)).waitingSince, null);
  await t.throwsAsync(() => undoAct(scope, act?.id as never), { code: 'rule_act_undone' });

  const two = await arrive({ subject: 'faktura', externalId: 'b@x' });
  await reopenConversation(scope, two.conversationId);
  await assignConversation(scope, two.conversationId, other);
  const [later] = await actsOn(scope, [two.messageId]);
  t.deepEqual((await undoAct(scope, later?.id as never)).left, ['assignee']);
  t.like(await row(two.conversationId), { folderId: TOP_FOLDER, status: 'open', labels: { length: 0 } });
  t.is((await row(two.conversationId)).assignee?.id, other);

  const three = await arrive({ subject: 'faktura', externalId: 'c@x' });
  await confine(scope, other, [invoices]);
  const [last] = await actsOn(scope, [three.messageId]);
  t.deepEqual((await undoAct(as(scope, other), last?.id as never)).left, ['folder'], 'where he may put nothing he puts nothing back');
  t.is((await row(three.conversationId)).folderId, invoices);
});

test('a rule asks whether mail came in working hours, and snoozes until somebody begins to work on a later day', async (t) => {
  const { scope, arrive, row, pass } = await office(t);
  const outside = { field: 'working_hours', within: false } as const;
  await addRule(scope, rule('Rano', [subject('x')], { snooze: 'working_day' }));
  const label = await addLabel(scope, 'Po godzinach');
  await addRule(scope, rule('Po godzinach', [subject('x'), outside], { labelIds: [label.id] }));
  pass(3 * 24 * 60); // from Tuesday to Friday
  const { conversationId, messageId } = await arrive({ subject: 'x' });
  t.like(await row(conversationId), { status: 'snoozed', snoozedUntil: new Date('2026-11-30T07:00:00.000Z') });
  const [act] = await actsOn(scope, [messageId]);
  await undoAct(scope, act?.id as never);
  t.like(await row(conversationId), { status: 'open', snoozedUntil: null, labels: { length: 0 } });
  await saveWorkingHours(scope, { days: [null, { from: 600, until: 960 }, null, null, null, null, null], holidays: ['2026-12-01'] });
  const evening = await arrive({ subject: 'x' });
  t.like(await row(evening.conversationId), { snoozedUntil: new Date('2026-12-08T09:00:00.000Z'), labels: { length: 1 } });
});

test('a rule answers with a template within the limits of automatic answers: one a day to an address, none to machines', async (t) => {
  const { scope, arrive, row, inboxId, pass } = await office(t);
  const letter = {
    name: 'Przyjęte',
    folder: '',
    channel: null,
    subject: '',
    text: 'Dzień dobry {{ contact.name }}, {{ company }}',
    html: null,
  };
  const answerId = await createCanned(scope, null, letter);
  await addRule(scope, rule('Odpowiedź', [subject('oferta')], { answerId }));
  const mail = (subject: string, more = {}) => arrive({ subject, from: { address: 'jan@customer.test', name: 'Jan Kos' }, ...more });
  const first = await mail('oferta 1');
  const sent = await scope.db('messages').where({ direction: 'outbound' });
  t.like(sent, { 0: { automated: sent[0].automated, subject: 'Re: oferta 1', conversation_id: first.conversationId }, length: 1 });
  t.true(Boolean(sent[0].automated));
  t.regex(sent[0].text, /^Dzień dobry Jan Kos, /);
  t.not((await row(first.conversationId)).waitingSince, null, 'he still waits for a person');
  const again = await mail('oferta 2');
  t.like((await actsOn(scope, [again.messageId]))[0]?.deeds, { 0: { kind: 'not_answered', detail: 'today' }, length: 1 });
  const machine = await arrive({ subject: 'oferta', automated: true, machine: 'auto-reply' }, 'robot@x.test');
  t.like((await actsOn(scope, [machine.messageId]))[0]?.deeds, { 0: { kind: 'not_answered', detail: 'nobody' }, length: 1 });
  await saveAcknowledgement(scope, { inboxId, enabled: true, language: 'pl', subject: 'Mamy', text: 'Mamy' });
  pass(25 * 60);
  await mail('oferta 3');
  t.is((await scope.db('messages').where({ direction: 'outbound' })).length, 2);
});

test('a rule that names what is gone is left out and says so, is never changed, and the other rules go on', async (t) => {
  const { scope, urgent, arrive, row } = await office(t);
  const gone = (await addTeam(scope, 'Chwilowy')).id;
  const broken = await addRule(scope, rule('Zepsuta', [subject('faktura')], { teamId: gone, labelIds: [urgent] }, { stops: true }));
  await addRule(scope, rule('Zdrowa', [subject('faktura')], { close: true }));
  await removeTeam(scope, gone, null);
  const { conversationId, messageId } = await arrive({ subject: 'faktura' });
  t.like(await row(conversationId), { folderId: TOP_FOLDER, status: 'closed', labels: { length: 0 } });
  t.deepEqual(
    (await actsOn(scope, [messageId])).map(({ ruleName }) => ruleName),
    ['Zdrowa'],
  );
  const { items } = await listActs(scope, broken, { cursor: null, limit: 10 });
  t.like(items, { 0: { failure: 'rules.problem.gone', deeds: { length: 0 } }, length: 1 });
  t.is((await findRule(scope, broken)).actions.teamId, gone);
  await switchRule(scope, broken, false);
  await t.throwsAsync(() => switchRule(scope, broken, true), { code: 'invalid' });
});

test('a rule that fails halfway leaves no half behind: what it had done in the conversation is undone, and the reason is kept', async (t) => {
  const { scope, agentId, invoices, arrive, row } = await office(t);
  const broken = await addRule(scope, rule('Komu', [subject('faktura')], { folderId: invoices, assigneeId: agentId }));
  await confine(scope, agentId, []);
  const { conversationId, messageId } = await arrive({ subject: 'faktura' });
  t.like(await row(conversationId), { folderId: TOP_FOLDER, assignee: null, hasRuleActs: false });
  t.deepEqual(await actsOn(scope, [messageId]), []);
  const [act] = (await listActs(scope, broken, { cursor: null, limit: 10 })).items;
  t.is(act?.failure, 'conversations.assign.unseen');
  await t.throwsAsync(() => undoAct(scope, act?.id as never), { code: 'nothing_to_undo' });
  t.is((await scope.db('events').where({ type: 'conversation.filed' })).length, 0);
});

test('a trial says which messages a rule would act on and why, and changes nothing', async (t) => {
  const { scope, invoices, arrive, events, readHeaders } = await office(t);
  const one = await arrive({ subject: 'faktura 1', externalId: 'one@x' });
  await arrive({ subject: 'Re: faktura 1', references: ['one@x'] });
  await arrive({ subject: 'inna', text: 'W treści jest faktura' });
  const before = [await events(), await scope.db('conversations').select()];
  const wanted = rule('x', [subject('faktura')], { folderId: invoices });
  const trial = await tryRule(scope, readHeaders, wanted);
  t.like(trial, { looked: 3, fits: { 0: { matter: { id: one.messageId, subject: 'faktura 1' } }, length: 1 } });
  t.is((await tryRule(scope, readHeaders, { ...wanted, answers: true })).fits.length, 2);
  const inBody = rule('x', [{ field: 'body', operator: 'contains', values: ['treści'] }], { folderId: invoices });
  t.is((await tryRule(scope, readHeaders, inBody)).fits.length, 1);
  t.deepEqual([await events(), await scope.db('conversations').select()], before);
});

test('a trial asks about the newest two hundred messages and no more', async (t) => {
  const { scope, invoices, arrive, readHeaders } = await office(t);
  for (let n = 0; n <= 200; n += 1)
    await arrive({ subject: n === 0 ? 'faktura najstarsza' : `faktura ${n}`, from: { address: `k${n}@klient.test`, name: null } });
  const trial = await tryRule(scope, readHeaders, rule('x', [subject('faktura')], { folderId: invoices }));
  t.is(trial.looked, 200);
  t.is(trial.fits.length, 200);
  t.false(trial.fits.some(({ matter }) => matter.subject === 'faktura najstarsza'));
});

test('what is wrong with a rule is said beside its field, and mail without rules costs no query', async (t) => {
  const { scope, arrive, invoices, endpoints, readHeaders } = await office(t);
  const wrong = async (input: ReturnType<typeof rule>, field: string) => {
    const error = await t.throwsAsync(() => addRule(scope, input), { code: 'invalid' });
    t.true(field in (error as unknown as { fields: object }).fields, `${field} in ${JSON.stringify(error)}`);
  };
  await wrong(rule(' ', [subject('x')], { close: true }), 'name');
  await wrong(rule('x', [], { close: true }), 'conditions');
  await wrong(rule('x', [subject('x')], {}), 'actions');
  await wrong(rule('x', [subject('x'), subject('y')], { close: true }), 'subject');
  await wrong(rule('x', [subject(' ')], { close: true }), 'subject');
  await wrong(rule('x', [{ field: 'subject', operator: 'matches', values: ['x'.repeat(101)] }], { close: true }), 'subject');
  await wrong(rule('x', [{ field: 'subject', operator: 'matches', values: ['**'] }], { close: true }), 'subject');
  await wrong(rule('x', [subject('x')], { close: true, snooze: 2 }), 'snooze');
  await wrong(rule('x', [subject('x')], { folderId: 999 as FolderId }), 'folderId');
  const { messageId } = await arrive();
  const rules = await openRules(scope);
  t.is(await countQueries(scope.db, () => runOn(scope, { rules, endpoints, readHeaders, log: silentLog }, messageId)), 0);
  const id = await addRule(scope, rule(' Ma  spacje ', [subject('a', 'a')], { folderId: invoices }));
  t.like(await findRule(scope, id), { name: 'Ma spacje', conditions: { 0: { values: ['a'] } } });
  await changeRule(scope, id, { ...(await findRule(scope, id)), name: 'Inna' });
  t.is(await removeRule(scope, id), 'Inna');
  await t.throwsAsync(() => findRule(scope, id), { code: 'not_found' });
});

test('an agent reads of a rule only the names of folders that he sees', async (t) => {
  const { scope, agentId, agentScope, invoices, arrive } = await office(t);
  await addRule(scope, rule('Faktury', [subject('faktura')], { folderId: invoices }));
  const { messageId } = await arrive({ subject: 'faktura' });
  const nameFor = async (asked: typeof scope) => (await actsOn(asked, [messageId]))[0]?.deeds[0]?.name;
  t.is(await nameFor(agentScope), 'Faktury');
  await confine(scope, agentId, [TOP_FOLDER]);
  await scope.db('folder_access').where({ agent_id: agentId, folder_id: invoices }).delete();
  t.is(await nameFor(agentScope), '');
});
