import test from 'ava';
import { labelContact } from '../../core/contacts/label.ts';
import { findConversationRow } from '../../core/conversations/list.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { removeLabel, restoreLabel } from '../../core/labels/remove.ts';
import type { ContactId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { listActs } from '../../core/rules/acts.ts';
import { openRules } from '../../core/rules/known.ts';
import { ruleRoutes } from '../../core/rules/routes.ts';
import { runOn } from '../../core/rules/run.ts';
import { listRules, switchRule } from '../../core/rules/save.ts';
import { tryRule } from '../../core/rules/trial.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { mailFrom } from '../support/house.ts';
import { countQueries } from '../support/queries.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('a rule asks which labels the sender bears or lacks, is tried on old mail, says why, and is left out without its label', async (t) => {
  const readHeaders = async () => null;
  const { agentId, anna, endpoints, scope, take } = await workspaceFor(t, {}, ruleRoutes({ readHeaders }));
  const arrive = async (from: string, n: number) => {
    const taken = await take([mailFrom(from, { externalId: `${n}@x`, subject: `Sprawa ${n}` })]);
    await runOn(scope, { rules: await openRules(scope), endpoints, readHeaders, log: silentLog }, taken.messageId);
    return (await findConversationRow(scope, taken.conversationId)).labels.map(({ name }) => name);
  };
  const [vip, debtor, done] = [await addLabel(scope, 'VIP'), await addLabel(scope, 'Dłużnik'), await addLabel(scope, 'Od ręki')];
  await arrive('jan@customer.test', 1);
  await labelContact(scope, 1 as ContactId, vip.id, true);

  const form = {
    name: 'Ważni',
    enabled: 'on',
    labelIds: String(done.id),
    contact_label: String(vip.id),
    no_contact_label: String(debtor.id),
  };
  t.regex((await anna.get('/rules/new')).text, /<legend>Kontakt ma jedną z etykiet[\s\S]*<legend>Kontakt nie ma żadnej z etykiet/);
  const trial = await anna.post('/rules/trial', form, PART);
  t.regex(trial.text, /Pasuje 1 z 1[\s\S]*kontakt ma etykietę „VIP” i kontakt nie ma etykiety „Dłużnik”/);
  t.is((await anna.post('/rules', form)).location, '/rules');
  const [rule] = await listRules(scope);
  if (!rule) throw new Error('no rule');
  t.deepEqual(rule.conditions, [
    { field: 'contact_label', labelIds: [vip.id] },
    { field: 'no_contact_label', labelIds: [debtor.id] },
  ]);
  t.regex((await anna.get('/rules')).text, /kontakt ma etykietę „VIP” i kontakt nie ma etykiety „Dłużnik”/);
  t.regex((await anna.get(`/rules/${rule.id}`)).text, /name="contact_label" value="1" checked>/);

  t.deepEqual(await arrive('JAN@customer.test', 2), ['Od ręki']);
  t.deepEqual(await arrive('nowy@customer.test', 3), [], 'a stranger bears nothing');
  await scope.db('identities').where({ contact_id: 2 }).update({ owner_id: agentId });
  await labelContact(scope, 2 as ContactId, vip.id, true);
  t.deepEqual(await arrive('nowy@customer.test', 9), [], 'what somebody calls his own correspondent is not asked of the company');
  await labelContact(scope, 1 as ContactId, debtor.id, true);
  t.deepEqual(await arrive('jan@customer.test', 4), [], 'has what it must not have');
  await labelContact(scope, 1 as ContactId, debtor.id, false);
  const [act] = (await listActs(scope, rule.id, { cursor: null, limit: 9 })).items;
  t.deepEqual(act?.reasons, [
    { field: 'contact_label', value: 'VIP' },
    { field: 'no_contact_label', value: 'Dłużnik' },
  ]);

  await removeLabel(scope, debtor.id);
  t.regex((await anna.get('/rules')).text, /pomijana, bo nie ma już tego, co wymienia:[^.]*etykiety kontaktu/);
  t.deepEqual(await arrive('jan@customer.test', 5), []);
  t.is((await listActs(scope, rule.id, { cursor: null, limit: 9 })).items[0]?.failure, 'rules.problem.gone');
  await t.throwsAsync(switchRule(scope, rule.id, true), { code: 'invalid' });
  await restoreLabel(scope, debtor.id);
  t.deepEqual(await arrive('jan@customer.test', 6), ['Od ręki']);
  const wrong = await anna.post('/rules', { ...form, name: '', contact_label: '99' });
  t.is(wrong.status, 422);
});

test('a trial asks for the labels of all senders at once, each according to whose the inbox is', async (t) => {
  const { agentId, scope, take } = await workspaceFor(t);
  const vip = await addLabel(scope, 'VIP');
  const arrive = (n: number) => take([mailFrom(`k${n}@customer.test`, { externalId: `${n}@x`, subject: `Sprawa ${n}` })]);
  const wanted = RULE_INPUT.parse({
    name: 'Ważni',
    conditions: [{ field: 'contact_label', labelIds: [vip.id] }],
    actions: { labelIds: [vip.id] },
  });
  const trial = () => tryRule(scope, async () => null, wanted);

  for (let n = 1; n <= 3; n += 1) await arrive(n);
  const forThree = await countQueries(scope.db, trial);
  for (let n = 4; n <= 20; n += 1) await arrive(n);
  t.is(await countQueries(scope.db, trial), forThree);

  for (const id of [2, 5, 9]) await labelContact(scope, id as ContactId, vip.id, true);
  await scope.db('identities').where({ contact_id: 9 }).update({ owner_id: agentId });
  const subjects = async () => (await trial()).fits.map(({ matter }) => matter.subject);
  t.deepEqual(await subjects(), ['Sprawa 5', 'Sprawa 2']);
  const own = await addFolder(scope, 'Anny');
  await scope.db('folders').where({ id: own.id }).update({ owner_id: agentId });
  await scope.db('inboxes').update({ folder_id: own.id });
  t.deepEqual(await subjects(), ['Sprawa 9']);
});
