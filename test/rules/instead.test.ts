import test from 'ava';
import { MACRO } from '../../core/canned-responses/actions.ts';
import { createCanned, ownedCanned } from '../../core/canned-responses/save.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { removeFolder } from '../../core/folders/remove.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { TeamId } from '../../core/lib/ids.ts';
import { brokenFields, readNames } from '../../core/rules/names.ts';
import { addRule, listRules } from '../../core/rules/save.ts';
import { ACTIONS, type RuleInput } from '../../core/rules/types.ts';
import { addView, listViews } from '../../core/saved-views/save.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { removeTeam } from '../../core/teams/remove.ts';
import { addAgent } from '../support/accounts.ts';
import { startApp } from '../support/app.ts';
import { type House, houseFor } from '../support/house.ts';
import { administratorOf } from '../support/mailboxes.ts';
import { workspaceFor } from '../support/workspace.ts';

const ruleOf = (name: string, actions: object, enabled = true): RuleInput => ({
  ...{ name, enabled, answers: false, stops: false, match: 'all', conditions: [{ field: 'attachment' }] },
  actions: ACTIONS.parse(actions),
});
const LETTER = { folder: '', channel: null, subject: '', text: 'Dziękujemy.', html: null };

/** Rules, a template and a view that all name the same thing, and what they name later. */
async function naming({ scope, agentScope, agentId }: House, actions: { folderId?: number; teamId?: number }, query: string) {
  await addRule(scope, ruleOf('Sortuj', actions));
  await addRule(scope, ruleOf('Wyłączona', actions, false));
  await addRule(scope, ruleOf('Inna', { close: true }));
  const letter = await createCanned(scope, null, { ...LETTER, name: 'Zamknij', actions: MACRO.parse({ ...actions, close: true }) });
  const keeper = { id: agentId, permissions: [] };
  await addView(agentScope, keeper, { name: 'Moje', query, isShared: false });
  return async () => {
    const [rules, names] = [await listRules(scope), await readNames(scope)];
    return {
      rules: rules.map((one) => one.actions.folderId ?? one.actions.teamId),
      broken: rules.flatMap((one) => brokenFields(one, names)),
      template: (({ folderId, teamId }) => folderId ?? teamId)((await ownedCanned(scope, null, letter)).actions as never),
      views: (await listViews(scope, keeper)).map((one) => one.query),
    };
  };
}

for (const isEmpty of [true, false])
  test(`what names a folder that is removed names the one its conversations go to: rules, templates and views; ${isEmpty ? 'it was empty' : 'it still holds some'}`, async (t) => {
    const house = await houseFor(t);
    const { scope, agentScope } = house;
    const [old, into] = [await addFolder(scope, 'Faktury', TOP_FOLDER), await addFolder(scope, 'Księgowość', TOP_FOLDER)];
    if (!isEmpty) await fileConversation(agentScope, (await house.mail({})).conversationId, old.id);
    const named = await naming(house, { folderId: old.id }, `in=${old.id}&folder=closed`);
    const before = (await house.events()).length;
    t.is(await removeFolder(agentScope, old.id, into.id), isEmpty);
    t.deepEqual(await named(), {
      ...{ rules: [into.id, into.id, null], broken: [], template: into.id },
      views: [`folder=closed&in=${into.id}`],
    });
    const made = (await house.events()).slice(before).filter((one) => !one.startsWith('folder.'));
    t.deepEqual(made.toSorted(), ['canned_response.changed', 'rule.changed', 'rule.changed', 'saved_view.changed']);
  });

test('what names a team that is removed names the one that gets its conversations', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId } = house;
  const [old, into] = [await addTeam(scope, 'Sklep', [agentId]), await addTeam(scope, 'Serwis', [agentId])];
  const named = await naming(house, { teamId: old.id }, `team=${old.id}`);
  await removeTeam(agentScope, old.id, into.id);
  t.deepEqual(await named(), { rules: [into.id, into.id, null], broken: [], template: into.id, views: [`team=${into.id}`] });
});

test('whoever removes a team is told before and after which rules give to it, and they stand in the list as left out', async (t) => {
  const { scope, anna, agentId } = await workspaceFor(t);
  const teams: TeamId[] = [];
  for (const name of ['Sklep', 'Serwis']) teams.push((await addTeam(scope, name, [agentId])).id);
  const [teamId] = teams;
  await addRule(scope, ruleOf('Do sklepu <b>', { teamId }));
  await addRule(scope, ruleOf('Uśpiona', { teamId }, false));
  const page = (await anna.get(`/teams/${teamId}`)).text;
  t.regex(page, /Te reguły przydzielają[\s\S]*href="\/rules\/1">Do sklepu &lt;b&gt;<\/a>\.<\/p>/);
  t.false(page.includes('Uśpiona'));
  t.false((await anna.get(`/teams/${teams[1]}`)).text.includes('Te reguły przydzielają'));
  const done = await anna.post(`/teams/${teamId}/removal`, { into: '' });
  t.is(done.location, '/rules');
  t.regex((await anna.get('/teams')).text, /Usunięto zespół „Sklep”[^<]*pomijane: Do sklepu &lt;b&gt;\./);
  const [broken] = await listRules(scope);
  t.deepEqual(broken && brokenFields(broken, await readNames(scope)), ['teamId']);
  t.is((await anna.post(`/teams/${teams[1]}/removal`, { into: '' })).location, '/teams');
});

test('whoever disables an account, or removes a label or a template, is told which rules name it', async (t) => {
  const app = await startApp(t);
  const { scope } = app;
  const agentId = await addAgent(scope, 'Jan');
  const { id: labelId } = await addLabel(scope, 'Pilne');
  const answerId = await createCanned(scope, null, { ...LETTER, name: 'Potwierdzenie' });
  await addRule(scope, ruleOf('Janowi', { notifyIds: [agentId] }));
  await addRule(scope, ruleOf('Pilne <b>', { labelIds: [labelId] }));
  await addRule(scope, ruleOf('Odpowiedz', { answerId }));
  await addRule(scope, ruleOf('Uśpiona', { assigneeId: agentId, labelIds: [labelId], answerId }, false));
  const admin = await administratorOf(app);
  const named = async (path: string): Promise<readonly string[]> => {
    const [, list = ''] = /Wskazują to reguły[^:]*: ([\s\S]*?)\.<\/p>/.exec((await admin.get(path)).text) ?? [];
    return [...list.matchAll(/href="\/rules\/\d+">([^<]*)</g)].map(([, name = '']) => name);
  };
  t.deepEqual(await named(`/agents/${agentId}`), ['Janowi']);
  t.deepEqual(await named(`/labels/${labelId}`), ['Pilne &lt;b&gt;']);
  t.deepEqual(await named(`/canned-responses/company/${answerId}`), ['Odpowiedz']);
});
