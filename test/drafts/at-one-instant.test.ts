import test from 'ava';
import { readFields } from '../../core/drafts/fields.ts';
import { readDraft, saveDraft } from '../../core/drafts/save.ts';
import { NotFoundError } from '../../core/lib/errors.ts';
import type { AgentId, ConversationId } from '../../core/lib/ids.ts';
import { workspaceFor } from '../support/workspace.ts';

const ANNA = 1 as AgentId;
const written = (text: string) => ({ kind: 'new', html: '', text, fields: readFields('{}') }) as const;

test('a new message that two tabs keep for the first time at one instant is one draft', async (t) => {
  const { scope } = await workspaceFor(t);
  const texts = Array.from({ length: 6 }, (_, n) => `tekst ${n}`);
  // The first time opens the connections.
  for (let round = 0; round < 5; round += 1) {
    await scope.db('drafts').delete();
    await Promise.all(texts.map((text) => saveDraft(scope, ANNA, null, written(text))));
    const kept = await scope.db('drafts').where({ agent_id: ANNA }).pluck('text');
    t.is(kept.length, 1);
    t.is((await readDraft(scope, ANNA, null))?.text, kept[0]);
  }
});

test('what is kept in a conversation that was deleted for good at that moment finds nothing, and is no fault of ours', async (t) => {
  const { scope } = await workspaceFor(t);
  const gone = 4711 as ConversationId;
  await t.throwsAsync(saveDraft(scope, ANNA, gone, { ...written('za późno'), kind: 'reply' }), { instanceOf: NotFoundError });
  t.deepEqual(await scope.db('drafts').pluck('id'), []);
});
