import test from 'ava';
import { allow } from '../../core/conversations/allow.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { addFolder, changeFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { sightOf } from '../../core/folders/sight.ts';
import { grantTeams, teamStandings } from '../../core/folders/team-rights.ts';
import { type Level, TOP_FOLDER } from '../../core/folders/types.ts';
import type { AgentId, FolderId, TeamId } from '../../core/lib/ids.ts';
import { addTeam, changeTeam, orderTeam } from '../../core/teams/edit.ts';
import { listTeams, teamNames } from '../../core/teams/list.ts';
import { removeTeam } from '../../core/teams/remove.ts';
import { MAX_TEAMS } from '../../core/teams/types.ts';
import { as, confine } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';

test('what an agent may in a folder is the most of his own right and those of his teams, as long as he is in them', async (t) => {
  const { scope, addAgent, mail, pass } = await houseFor(t);
  const piotr = await addAgent('piotr@company.test');
  await confine(scope, piotr, []);
  const office = (await addFolder(scope, 'Biuro')).id;
  const { id: inner } = await addFolder(scope, 'Umowy', office);
  pass(1);
  const { conversationId } = await mail({});
  await fileConversation(scope, conversationId, inner);
  const may = async (): Promise<Level> => {
    for (const [level, right] of [
      ['move', 'conversation:move'],
      ['answer', 'conversation:reply'],
      ['see', 'conversation:read'],
    ] as const)
      if (
        await allow(as(scope, piotr), right, conversationId).then(
          () => true,
          () => false,
        )
      )
        return level;
    return 'none';
  };
  const [law, all] = [await addTeam(scope, 'Prawnicy', [piotr]), await addTeam(scope, 'Wszyscy', [piotr])];
  t.is(await may(), 'none', 'a team of which nothing was said gives nothing');
  const give = (teamId: TeamId, folderId: FolderId, level: Level | null) => grantTeams(scope, [{ teamId, folderId, level }]);
  await give(law.id, office, 'answer');
  t.is(await may(), 'answer', 'also in the folders within');
  await give(all.id, TOP_FOLDER, 'see');
  t.is(await may(), 'answer', 'the most of several');
  await grant(scope, [{ agentId: piotr, folderId: inner, level: 'move' }]);
  t.is(await may(), 'move', 'and of his own');
  await grant(scope, [{ agentId: piotr, folderId: inner, level: null }]);
  await give(law.id, inner, 'none');
  t.is(await may(), 'see', 'nothing of one team is no bar to another');
  await give(law.id, inner, null);
  await changeFolder(scope, inner, { parentId: TOP_FOLDER });
  t.is(await may(), 'see', 'a folder that was moved is as its place');
  await changeFolder(scope, inner, { parentId: office });
  const holds = (await teamStandings(scope))(law.id, inner);
  t.deepEqual(holds, { level: null, holds: 'answer' });
  await changeTeam(scope, law.id, { memberIds: [] });
  t.is(await may(), 'see');
  await removeTeam(scope, all.id);
  t.is(await may(), 'none');
  t.deepEqual(await sightOf(as(scope, piotr)), { agentId: piotr, folderIds: [] });
  await t.throwsAsync(give(all.id, office, 'see'), { code: 'not_found' });
  await t.throwsAsync(give(law.id, 99 as FolderId, 'see'), { code: 'not_found' });
});

test('teams have names of their own, an order and members, and one that was removed leaves its name', async (t) => {
  const { scope, agentId } = await houseFor(t);
  const first = await addTeam(scope, '  Serwis ', [agentId, agentId]);
  const second = await addTeam(scope, 'Sklep');
  t.deepEqual(first, { id: first.id, name: 'Serwis', memberIds: [agentId] });
  await t.throwsAsync(addTeam(scope, 'SERWIS'), { code: 'invalid' });
  await t.throwsAsync(addTeam(scope, ' '), { code: 'invalid' });
  await t.throwsAsync(addTeam(scope, 'Inny', [99 as AgentId]), { code: 'invalid' });
  await t.throwsAsync(changeTeam(scope, second.id, { name: 'serwis' }), { code: 'invalid' });
  await t.throwsAsync(changeTeam(scope, 99 as TeamId, {}), { code: 'not_found' });
  await orderTeam(scope, second.id, 1);
  t.deepEqual(
    (await listTeams(scope)).map(({ name }) => name),
    ['Sklep', 'Serwis'],
  );
  t.is(await removeTeam(scope, first.id), 'Serwis');
  t.deepEqual(await listTeams(scope), [second]);
  t.is((await teamNames(scope)).get(first.id), 'Serwis');
  await addTeam(scope, 'Serwis');
  const types = await scope.db('events').whereLike('type', 'team%').orderBy('id').pluck('type');
  t.deepEqual(
    [types.filter((type) => type === 'team_members.changed').length, types.filter((type) => type === 'team.removed').length],
    [2, 1],
  );
  const row = { name: 'x', position: 9, created_at: 'x' };
  await scope.db('teams').insert(Array.from({ length: MAX_TEAMS - 2 }, (_, n) => ({ ...row, name_key: `x${n}` })));
  await t.throwsAsync(addTeam(scope, 'Jeszcze'), { code: 'too_many_teams' });
});
