import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import { MAX_HITS } from '../../core/search/find.ts';
import { insertAllWords } from '../../core/search/store.ts';
import { workspaceFor } from '../support/workspace.ts';

test('the search box leads to its operators, says what it does not understand, and says when older hits were not looked at', async (t) => {
  const { anna, mail, scope } = await workspaceFor(t);
  const { messageId } = await mail({ text: 'pralka' });
  const box = /<details class="menu search-help.*?<\/details>/s.exec((await anna.get('/conversations')).text)?.[0] ?? '';
  t.regex(box, /Szukaj dokładniej.*hx-get="\/help".*<a href="\/help">/s);
  const search = async (q: string) => (await anna.get(`/conversations?q=${encodeURIComponent(q)}`)).text;
  t.regex(await search('pralka jest:otwarta'), /<li id="c1"/);
  const wrong = await search('etykieta:<b>nic</b>');
  t.true(wrong.includes('Popraw wyszukiwanie') && wrong.includes('Nie ma etykiety o takiej nazwie.'));
  t.false(wrong.includes('<b>nic'));
  t.true((await search('pralka przed:2026')).includes('Nic nie znaleziono'));
  t.false((await search('pralka')).includes('Starszych trafień nie przejrzano'));
  const { id: _, ...row } = await scope.db('messages').where({ id: messageId }).first();
  await transact(scope, async (tx) => {
    for (let n = 0; n < MAX_HITS; n += 1) {
      const [made] = await tx
        .db('messages')
        .insert({ ...row, external_id_hash: null })
        .returning('id');
      await insertAllWords(tx, [[made.id, 'pralka']]);
    }
  });
  t.true((await search('pralka')).includes('Starszych trafień nie przejrzano'));
});
