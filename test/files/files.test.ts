import test from 'ava';
import { addFiles, addFolder, changeFile, findFile, listFiles, removeFile } from '../../core/files/keep.ts';
import type { FileId } from '../../core/files/types.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { changeLimits } from '../../core/quota/change-limits.ts';
import { readQuotas } from '../../core/quota/usage.ts';
import { workspaceFor } from '../support/workspace.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

async function office(t: Parameters<typeof workspaceFor>[0]) {
  const space = await workspaceFor(t);
  const put = async (filename: string, content: string | Buffer, contentType = 'text/plain') => ({
    ...{ filename, contentType },
    ...(await space.blobs.put(Buffer.from(content))),
  });
  const names = async (at: FileId | null, q = '') => (await listFiles(space.scope, at, q, null)).items.map(({ name }) => name);
  const agent = { id: space.agentId, role: 'agent' } as const;
  return { ...space, put, names, agent };
}

test('files lie in folders, folders first, a taken name gets a number, and a part of a name finds them anywhere', async (t) => {
  const { scope, agentScope, put, names } = await office(t);
  const folder = await addFolder(agentScope, null, 'Cenniki');
  const inner = await addFolder(agentScope, folder, ' Zima   2026 ');
  await addFiles(agentScope, inner, [await put('łazienka.pdf', 'a', 'application/pdf'), await put('łazienka.pdf', 'b', 'application/pdf')]);
  await addFiles(agentScope, null, [await put('Regulamin.txt', 'c')]);
  t.deepEqual(await names(null), ['Cenniki', 'Regulamin.txt']);
  t.deepEqual(await names(inner), ['łazienka (2).pdf', 'łazienka.pdf']);
  t.deepEqual(await names(null, 'LAZIENKA'), ['łazienka (2).pdf', 'łazienka.pdf']);
  t.deepEqual(await names(null, 'zima'), ['Zima 2026']);
  t.deepEqual(await names(null, '%'), []);
  await t.throwsAsync(addFolder(agentScope, folder, 'zima 2026'), { code: 'invalid' });
  await t.throwsAsync(addFolder(agentScope, folder, '  '), { code: 'invalid' });
  const [file] = (await listFiles(scope, inner, '', null)).items;
  await t.throwsAsync(addFiles(agentScope, file?.id as FileId, [await put('x', 'x')]), { code: 'not_found' });
});

test('a file that is renamed without its ending keeps it, so that whoever gets it can open it', async (t) => {
  const { agentScope, put, names, agent } = await office(t);
  await addFiles(agentScope, null, [await put('cennik.PDF', 'a', 'application/pdf')]);
  const [file] = (await listFiles(agentScope, null, '', null)).items;
  const called = async (name: string) => {
    await changeFile(agentScope, agent, file?.id as FileId, name, null);
    return (await names(null))[0];
  };
  t.is(await called('Cennik 2027'), 'Cennik 2027.PDF');
  t.is(await called('Cennik wer. 2'), 'Cennik wer. 2.PDF');
  t.is(await called('Cennik 1.12'), 'Cennik 1.12.PDF');
  t.is(await called('Umowa z Nowak S.A'), 'Umowa z Nowak S.A.PDF');
  t.is(await called('Zima.pdf'), 'Zima.pdf');
  t.is(await called('cennik.tar.gz'), 'cennik.tar.gz');
  t.is(await called('Dom'), 'Dom.gz');
  t.is((await called(`${'ż'.repeat(150)}`))?.length, 150);
  t.regex((await names(null))[0] ?? '', /ż\.gz$/);
  await addFiles(agentScope, null, [await put('Róża.gz', 'b')]);
  await t.throwsAsync(changeFile(agentScope, agent, file?.id as FileId, 'róża', null), { code: 'invalid' });
  const folder = await addFolder(agentScope, null, 'Wersja 1.x');
  await changeFile(agentScope, agent, folder, 'Wersje', null);
  t.true((await names(null)).includes('Wersje'));
});

test('whoever added a file changes and deletes it, and administrators; a folder only when it is empty, and the bytes go with the last', async (t) => {
  const { scope, agentScope, put, agent, piotr } = await office(t);
  const folder = await addFolder(agentScope, null, 'Umowy');
  await addFiles(agentScope, folder, [await put('umowa.txt', 'umowa')]);
  const [file] = (await listFiles(scope, folder, '', null)).items;
  const id = file?.id as FileId;
  const stranger = { id: piotr, role: 'agent' } as const;
  await t.throwsAsync(changeFile(scope, stranger, id, 'x', null), { code: 'forbidden' });
  await t.throwsAsync(removeFile(scope, stranger, id), { code: 'forbidden' });
  await t.throwsAsync(removeFile(scope, agent, folder), { code: 'folder_not_empty' });
  await changeFile(scope, agent, id, 'Umowa 2026.txt', null);
  t.like(await findFile(scope, id), { name: 'Umowa 2026.txt', parentId: null, addedBy: { name: 'Anna Nowak' } });
  await removeFile(scope, agent, folder);
  await removeFile(scope, { id: 99 as AgentId, role: 'administrator' }, id);
  t.deepEqual(await scope.db('files'), []);
  t.truthy((await scope.db('blobs').where({ sha256: file?.sha256 }).first()).discarded_at);
});

test('files count towards the limit of all, and what exceeds it is not taken', async (t) => {
  const { scope, agentScope, put } = await office(t);
  await addFiles(agentScope, null, [await put('a.txt', 'x'.repeat(600))]);
  t.like((await readQuotas(scope))[0], { files: 600, used: 600 });
  await changeLimits(scope, new Map([[null, 1_000]]));
  await t.throwsAsync(addFiles(agentScope, null, [await put('b.txt', 'y'.repeat(600))]), { code: 'invalid' });
  await addFiles(agentScope, null, [await put('c.txt', 'z'.repeat(300))]);
});

test('a file is uploaded, seen, downloaded and put into an answer from the browser, and a page is never shown as one', async (t) => {
  const { anna, mail, scope, agentScope, put } = await office(t);
  await anna.get('/files');
  const body = new FormData();
  body.set('_csrf', anna.csrf());
  body.set('in', '');
  body.append('files', new Blob([PNG], { type: 'image/png' }), 'logo.png');
  t.is((await anna.send('POST', '/files', body)).status, 303);
  const page = (await anna.get('/files')).text;
  t.regex(page, /logo\.png/);
  t.regex(page, /Dodano 1 plik/);
  const { id } = await scope.db('files').first('id');
  t.regex((await anna.get(`/files/${id}`)).text, new RegExp(`<img src="/files/${id}/content\\?inline=1"`));
  const shown = await anna.get(`/files/${id}/content?inline=1`);
  t.is(shown.headers.get('content-type'), 'image/png');
  await addFiles(agentScope, null, [await put('evil.png', '<html><script>1</script></html>', 'image/png')]);
  const evil = await scope.db('files').where({ name: 'evil.png' }).first('id');
  const { headers } = await anna.get(`/files/${evil.id}/content?inline=1`);
  t.is(headers.get('content-type'), 'application/octet-stream');
  t.regex(headers.get('content-disposition') ?? '', /^attachment/);
  const { conversationId } = await mail({});
  const composer = { kind: 'reply', text: 'W załączeniu logo', _csrf: anna.csrf() };
  const left = await anna.post(`/conversations/${conversationId}/draft/files`, composer);
  t.is(left.headers.get('location'), `/conversations/${conversationId}/draft/files`);
  t.regex((await anna.get(`/conversations/${conversationId}/draft/files?q=logo`)).text, /draft\/files\/\d+"/);
  await anna.post(`/conversations/${conversationId}/draft/files/${id}`);
  const back = (await anna.get(`/conversations/${conversationId}`)).text;
  t.true(back.includes('W załączeniu logo') && back.includes('logo.png'));
  t.is((await anna.post(`/files/folders`, { in: '', name: '' })).status, 422);
});
