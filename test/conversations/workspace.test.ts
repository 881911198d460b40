import test from 'ava';
import { workspaceFor } from '../support/workspace.ts';

test('the list shows who wrote, what about and how long he has waited', async (t) => {
  const { anna, mail, pass } = await workspaceFor(t, { log: { info: () => {}, warn: () => {}, error: (e, f) => t.log(e, f) } });
  await mail({ from: { address: 'jan@customer.test', name: 'Jan Żółć' }, subject: 'Kiedy dostawa?', text: 'Dzień dobry, czekam.' });
  pass(134);
  const { status, text } = await anna.get('/conversations');
  t.is(status, 200);
  for (const part of ['Jan Żółć', 'Kiedy dostawa?', 'Dzień dobry, czekam.', '2 g 14 min', 'class="late"', 'row1 new'])
    t.true(text.includes(part), part);
  t.regex((await anna.get('/conversations/1')).text, /Kiedy dostawa/);
});
