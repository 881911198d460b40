import test from 'ava';
import { sightOf } from '../../core/folders/sight.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { listTeams } from '../../core/teams/list.ts';
import { as, confine } from '../support/folders.ts';
import { workspaceFor } from '../support/workspace.ts';

test('teams are added, changed, ordered, given folders and removed by plain forms', async (t) => {
  const { anna, scope, piotr } = await workspaceFor(t);
  t.true((await anna.get('/teams')).text.includes('Nie ma jeszcze zespołów'));
  t.is((await anna.post('/teams', { name: 'Serwis', memberIds: String(piotr) })).location, '/teams');
  t.is((await anna.post('/teams', { name: 'Sklep' })).location, '/teams');
  const wrong = await anna.post('/teams', { name: 'serwis', memberIds: String(piotr) });
  t.is(wrong.status, 422);
  t.regex(wrong.text, new RegExp(`value="serwis"[\\s\\S]*value="${piotr}" checked[\\s\\S]*`), 'nothing that was typed is gone');
  t.true(wrong.text.includes('Jest już zespół o tej nazwie.'));
  t.regex((await anna.get('/teams')).text, /Serwis<\/span>[\s\S]*Wrona|Serwis<\/span>[\s\S]*Sklep<\/span>[\s\S]*nikt nie pracuje/);
  await anna.post('/teams/2/position', { position: '1' });
  t.deepEqual(
    (await listTeams(scope)).map(({ name }) => name),
    ['Sklep', 'Serwis'],
  );
  await anna.post('/folders', { name: 'Faktury', parentId: '1' });
  await confine(scope, piotr, []);
  t.is((await anna.post('/folders/2/rights', { 'team-1': 'answer', 'team-99': 'see' })).location, '/folders/2');
  t.deepEqual(await sightOf(as(scope, piotr)), { agentId: piotr, folderIds: [2] });
  t.regex((await anna.get('/folders/2')).text, /name="team-1"[\s\S]*?value="answer" selected/);
  t.regex((await anna.get(`/folders/agents/${piotr}`)).text, /name="level-2"[\s\S]*?przez zespół: odpowiada/);
  t.regex(
    (await anna.get('/folders/teams/1')).text,
    /name="level-1"[\s\S]*?nic nie dodaje[\s\S]*?name="level-2"[\s\S]*?value="answer" selected/,
  );
  t.is((await anna.post('/folders/teams/1', { 'level-1': 'see', 'level-2': '' })).location, '/teams/1');
  t.is(await sightOf(as(scope, piotr)), null, 'the top folder and so all');
  t.is((await anna.post('/teams/1', { name: 'Naprawy' })).location, '/teams', 'no tick at all is nobody');
  t.deepEqual(await sightOf(as(scope, piotr)), { agentId: piotr, folderIds: [] });
  t.is((await anna.post('/teams/1', { name: '' })).status, 422);
  t.true((await anna.get('/teams/1')).text.includes('value="Naprawy"'));
  t.is((await anna.post('/teams/1/removal')).location, '/teams');
  for (const path of ['/teams/1', '/teams/x', '/folders/teams/1']) t.is((await anna.get(path)).status, 404, path);
});

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('a conversation is given to a person or a team in one list, own teams first, and stands in the list of its team', async (t) => {
  const { anna, scope, mail, piotr, agentId } = await workspaceFor(t);
  await mail({ subject: 'Pralka' });
  await addTeam(scope, 'Sklep', [piotr]);
  await addTeam(scope, 'Serwis', [agentId]);
  await addTeam(scope, 'Pusty');
  const picker = (await anna.get('/conversations/1/assignment', PART)).text;
  t.regex(picker, /Mnie|Przydziel mi|mnie[\s\S]*mój zespół: Serwis[\s\S]*zespół: Sklep[\s\S]*Piotr Wrona/i);
  t.false(picker.includes('Pusty'));
  const given = await anna.post('/conversations/1/assignment', { teamId: '2' }, PART);
  t.regex(given.text, /data-done[\s\S]*przypisana: Serwis/);
  await anna.post('/conversations/1/assignment', { agentId: String(agentId) });
  const page = (await anna.get('/conversations/1')).text;
  t.true(page.includes('przypisana: Anna Nowak · Serwis'));
  t.regex(page, /Przydzielono zespołowi Serwis[\s\S]*Anna Nowak[\s\S]*Rozmowę przejmuje Anna Nowak \(zespół Serwis\)/);
  const list = (await anna.get('/conversations?folder=team')).text;
  t.regex(list, /id="folder-team"[^>]*aria-current="page"[\s\S]*?<b>1<\/b>/);
  t.true(list.includes('Pralka') && list.includes('Moich zespołów'));
  const refused = await anna.post('/conversations/1/assignment', { teamId: '3' }, PART);
  t.deepEqual([refused.status, refused.text.includes('nikogo, kto widzi tę rozmowę')], [422, true]);
  const bulk = await anna.post('/bulk-actions/choices', { ids: '1', list: '' }, PART);
  t.regex(bulk.text, /value="assign:team-1"/);
  t.is((await anna.post('/bulk-actions', { act: 'assign:team-1', ids: '1', list: '' })).status, 303);
});
