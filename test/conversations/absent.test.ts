import test from 'ava';
import { changeAvailability } from '../../core/agents/availability.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

test('assigning to somebody who is away works and warns, and the header that comes live still says whom it can be assigned to', async (t) => {
  const { anna, mail, scope, piotr } = await workspaceFor(t);
  const { conversationId: id } = await mail({});
  await scope.db('agents').where({ id: piotr }).update({ first_name: 'Piotr', last_name: 'Wrona' });
  await changeAvailability(scope, piotr, 'away', new Date(scope.now().getTime() + 3_600_000));
  t.regex(
    (await anna.get(`/conversations/${id}/messages`, PART)).text,
    /<button class="menu-item" name="agentId" value="\d+">[^\n]*Piotr Wrona/,
  );
  const answer = await anna.post(`/conversations/${id}/assignment`, { agentId: String(piotr) }, PART);
  t.regex(answer.text, /Przydzielono\. Uwaga: Piotr Wrona – Nieobecny do /);
  t.is((await scope.db('conversations').where({ id }).first('assignee_id')).assignee_id, piotr);
});
