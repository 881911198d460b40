import test from 'ava';
import { mailFrom } from '../support/house.ts';
import { pngOf, pngSaying } from '../support/png.ts';
import { workspaceFor } from '../support/workspace.ts';

test('a picture made to fill the memory of whoever opens its message is not drawn, and can be saved', async (t) => {
  const { anna, blobs, scope, take } = await workspaceFor(t);
  const pictures = [pngOf(40, 30), pngSaying(6_000, 4_000), pngSaying(20_000, 20_000)];
  const attachments = [];
  for (const [at, content] of pictures.entries()) {
    const blob = await blobs.put(content);
    await scope.db('blobs').insert({ ...blob, created_at: 'x' });
    attachments.push({ ...blob, filename: `${at}.png`, contentType: 'image/png', contentId: null, inline: false });
  }
  await take([mailFrom('jan@customer.test', { attachments })]);
  const page = (await anna.get('/conversations/1')).text;
  t.true(page.includes('<img src="/attachments/3?inline=small"'));
  const answers = async (query: string) => {
    const all = await Promise.all([1, 2, 3].map((id) => anna.get(`/attachments/${id}${query}`)));
    return all.map(({ status, headers }) => `${status} ${headers.get('content-type')}`);
  };
  const [shown, nothing, saved] = ['200 image/png', '204 null', '200 application/octet-stream'];
  t.deepEqual(await answers('?inline=small'), [shown, nothing, nothing], 'beside others, without being asked for');
  t.deepEqual(await answers('?inline=1'), [shown, shown, saved], 'opened by itself');
  t.deepEqual(await answers(''), [saved, saved, saved]);
});

test('a browser keeps no file that its agent may no longer see: it asks each time, and gets no second copy', async (t) => {
  const { anna, blobs, scope, take } = await workspaceFor(t);
  const blob = await blobs.put(pngOf(40, 30));
  await scope.db('blobs').insert({ ...blob, created_at: 'x' });
  await take([
    mailFrom('jan@customer.test', {
      attachments: [{ ...blob, filename: 'a.png', contentType: 'image/png', contentId: null, inline: false }],
    }),
  ]);
  const asked = { 'cache-control': 'max-age=0' };
  const paths = ['/attachments/1', '/attachments/1?inline=1', '/attachments/1?inline=small'];
  for (const path of paths) {
    const { headers } = await anna.get(path);
    t.is(headers.get('cache-control'), 'private, no-cache', path);
    const again = await anna.get(path, { ...asked, 'if-none-match': headers.get('etag') ?? '' });
    t.deepEqual([again.status, again.text], [304, ''], path);
    t.is((await anna.get(path, { ...asked, 'if-none-match': '"another"' })).status, 200, path);
  }
  await scope.db('folder_access').delete();
  for (const path of paths) t.is((await anna.get(path, { ...asked, 'if-none-match': `"${blob.sha256}"` })).status, 404, path);
});
