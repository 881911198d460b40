import test from 'ava';
import { MACRO } from '../../core/canned-responses/actions.ts';
import { createCanned, ownedCanned } from '../../core/canned-responses/save.ts';
import { labelContact, senderLabels } from '../../core/contacts/label.ts';
import { findConversationRow } from '../../core/conversations/list.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { mergeLabels } from '../../core/labels/remove.ts';
import { brokenFields, readNames } from '../../core/rules/names.ts';
import { addRule, listRules } from '../../core/rules/save.ts';
import { ACTIONS } from '../../core/rules/types.ts';
import { addView, listViews } from '../../core/saved-views/save.ts';
import { houseFor } from '../support/house.ts';

test('what names a label that is merged names the other one from then on: rules, templates that act and saved views', async (t) => {
  const { scope, agentScope, agentId, inboxId, mail, events } = await houseFor(t);
  const [old, into, third] = [await addLabel(scope, 'Faktury'), await addLabel(scope, 'Faktura'), await addLabel(scope, 'Pilne')];
  const rule = { enabled: true, answers: false, stops: false, match: 'all' } as const;
  await addRule(scope, {
    ...{ ...rule, name: 'Sortuj' },
    conditions: [
      { field: 'subject', operator: 'contains', values: ['faktura'] },
      { field: 'no_contact_label', labelIds: [old.id, into.id] },
    ],
    actions: ACTIONS.parse({ labelIds: [third.id, old.id] }),
  });
  await addRule(scope, { ...rule, name: 'Inna', conditions: [{ field: 'attachment' }], actions: ACTIONS.parse({ labelIds: [third.id] }) });
  const letter = { folder: '', channel: null, subject: '', text: 'Dziękujemy.', html: null };
  const acting = await createCanned(scope, null, { ...letter, name: 'Zamknij', actions: MACRO.parse({ labelIds: [old.id], close: true }) });
  await createCanned(scope, agentId, { ...letter, name: 'Bez czynności' });
  const keeper = { id: agentId, permissions: [] };
  await addView(agentScope, keeper, { name: 'Moje faktury', query: `folder=closed&label=${old.id}&q=x`, isShared: false });
  await addView(agentScope, keeper, { name: 'Pilne', query: `label=${third.id}`, isShared: false });
  const { conversationId } = await mail({ from: { address: 'vip@customer.test', name: null } });
  await labelContact(agentScope, (await findConversationRow(scope, conversationId)).contact.id, old.id, true);
  const before = (await events()).length;
  await mergeLabels(agentScope, old.id, into.id);
  const rules = await listRules(scope);
  t.deepEqual(
    rules.map(({ actions }) => actions.labelIds),
    [[third.id, into.id], [third.id]],
  );
  t.deepEqual(rules[0]?.conditions[1], { field: 'no_contact_label', labelIds: [into.id] });
  const names = await readNames(scope);
  t.deepEqual(
    rules.map((one) => brokenFields(one, names)),
    [[], []],
  );
  t.deepEqual((await ownedCanned(scope, null, acting)).actions?.labelIds, [into.id]);
  t.deepEqual(
    (await listViews(scope, keeper)).map(({ query }) => query),
    [`folder=closed&label=${into.id}&q=x`, `label=${third.id}`],
  );
  const [borne] = await senderLabels(scope, [{ address: 'vip@customer.test', inboxId }]);
  t.deepEqual(borne, new Set([into.id]), 'to rules also before the contacts are given the other label one by one');
  const made = (await events()).slice(before).toSorted();
  t.deepEqual(made, ['canned_response.changed', 'label.merged', 'rule.changed', 'saved_view.changed'], 'each that changed, and only those');
});
