import test from 'ava';
import { discardDraft, saveDraft } from '../../core/drafts/save.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { confine } from '../support/folders.ts';
import { DRAFT } from '../support/transfers.ts';
import { workspaceFor } from '../support/workspace.ts';

test('an agent finds what he is writing and what he gave up, of all conversations and of one, and only his own', async (t) => {
  const { anna, mail, scope, agentId, endpoints, piotr, pass } = await workspaceFor(t);
  t.true((await anna.get('/draft-versions')).text.includes('Nie ma żadnych szkiców'));
  const { conversationId: a } = await mail({ subject: 'Pralka' });
  const { conversationId: b } = await mail({ subject: 'Lodówka', from: { address: 'ola@customer.test', name: 'Ola' } });
  const write = (text: string, id: typeof a | null, who = agentId) => saveDraft(scope, who, id, { ...DRAFT, text });
  const giveUp = async (text: string, id: typeof a | null, who = agentId) => {
    await write(text, id, who);
    await discardDraft(scope, who, id);
  };
  await giveUp(`Do pralki ${'x'.repeat(3000)}`, a);
  await giveUp('Do lodówki', b);
  await giveUp('Do nikogo', null);
  await write('Piszę <b>teraz</b>', b);
  await giveUp('Piotra', a, piotr);
  await write('Piotra w toku', a, piotr);
  const all = (await anna.get('/draft-versions')).text;
  for (const part of ['Pralka', 'Lodówka', 'Do pralki', 'Do lodówki', 'Do nikogo', 'Piszę &lt;b&gt;teraz', 'xxx…', 'usunięty'])
    t.true(all.includes(part), part);
  t.false(all.includes('Piotra'));
  t.false(all.includes('x'.repeat(2000)), 'the beginning is enough');
  const one = (await anna.get(`/draft-versions?conversation=${b}`)).text;
  for (const part of ['Do lodówki', 'Piszę &lt;b&gt;teraz', `href="/conversations/${b}"`]) t.true(one.includes(part), part);
  t.false(/Do pralki|Do nikogo/.test(one));
  await mergeConversations(scope, endpoints, b, [a]);
  t.regex((await anna.get(`/draft-versions?conversation=${a}`)).text, /#2 [\s\S]*Do lodówki[\s\S]*Do pralki|Do pralki[\s\S]*Do lodówki/);
  await confine(scope, agentId, []);
  const unseen = (await anna.get('/draft-versions')).text;
  t.regex(unseen, /Do nikogo/);
  t.false(/Pralka|Lodówka|Do pralki|Do lodówki|teraz/.test(unseen));
  t.is((await anna.get(`/draft-versions?conversation=${b}`)).status, 404);
  pass(31 * 24 * 60);
  t.false((await anna.get('/draft-versions')).text.includes('Do nikogo'));
});
