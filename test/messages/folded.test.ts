import test from 'ava';
import { findConversationRow } from '../../core/conversations/list.ts';
import { listMessages } from '../../core/messages/list.ts';
import { messageView } from '../../core/messages/view.ts';
import { houseFor } from '../support/house.ts';

test('the list shows what is new in an answer, and the message keeps its quote folded', async (t) => {
  const { mail, agentScope, scope } = await houseFor(t);
  const text = 'Tak.\n\n> Czy wysłać?\n> Dziś?';
  const { conversationId } = await mail({ text, ownWords: 'Tak.', folds: { text: [[6, text.length]], html: [] } });
  t.is((await findConversationRow(agentScope, conversationId))?.snippet, 'Tak.');
  const { items } = await listMessages(scope, conversationId);
  t.is(items[0]?.text, text);
  t.deepEqual(items[0] && messageView(items[0], { firstUnread: false, now: new Date() }).pieces, [
    { text: 'Tak.', folded: null },
    { text: '> Czy wysłać?\n> Dziś?', folded: 'show_quote' },
  ]);
});

test('what was received before folding was known is folded when it is shown', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({ text: 'Tak.\n\n> Czy wysłać?\n> Dziś?' });
  await scope.db('messages').update({ folds: null });
  const { items } = await listMessages(scope, conversationId);
  t.deepEqual(items[0] && messageView(items[0], { firstUnread: false, now: new Date() }).pieces.map(({ folded }) => folded), [
    null,
    'show_quote',
  ]);
});

test('of a very long text the beginning is seen, and the rest opens below it', async (t) => {
  const { mail, scope } = await houseFor(t);
  const text = Array.from({ length: 500 }, (_, n) => `wiersz ${n}`).join('\n');
  const { conversationId } = await mail({ text });
  const { items } = await listMessages(scope, conversationId);
  const pieces = items[0] ? messageView(items[0], { firstUnread: false, now: new Date() }).pieces : [];
  t.deepEqual(
    pieces.map(({ folded }) => folded),
    [null, 'show_rest'],
  );
  t.is(pieces.map((piece) => piece.text).join('\n'), text);
});
