import test from 'ava';
import { findConversationRow } from '../../core/conversations/list.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { InvalidError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { actsOn } from '../../core/rules/acts.ts';
import { openRules } from '../../core/rules/known.ts';
import { runOn } from '../../core/rules/run.ts';
import { addRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { undoAct } from '../../core/rules/undo.ts';
import { houseFor, mailFrom } from '../support/house.ts';

const subject = (...values: string[]) => ({ field: 'subject', operator: 'contains', values });
const rule = (name: string, conditions: readonly unknown[], actions: object, more: object = {}) =>
  RULE_INPUT.parse({ name, conditions, actions, ...more });

test('a rule asks what language mail is in, and puts it into spam, where later rules leave it alone and from where undoing brings it back', async (t) => {
  const { scope, take, endpoints } = await houseFor(t);
  const urgent = (await addLabel(scope, 'Pilne', 'red')).id;
  const row = (id: Parameters<typeof findConversationRow>[1]) => findConversationRow(scope, id);
  const arrive = async (message: Partial<InterpretedMessage>) => {
    const taken = await take([mailFrom('jan@customer.test', message)]);
    await runOn(scope, { rules: await openRules(scope), endpoints, readHeaders: async () => null, log: silentLog }, taken.messageId);
    return taken;
  };
  await addRule(scope, rule('Po niemiecku', [{ field: 'language', language: 'de' }], { spam: true }));
  await addRule(
    scope,
    rule('Wszystko', [{ field: 'language', language: 'de' }, subject('rower')], { labelIds: [urgent] }, { match: 'any' }),
  );
  const german = {
    subject: 'Angebot',
    text: 'Sehr geehrte Damen und Herren, wir haben für Sie ein Angebot, bitte antworten Sie auf diese Mail.',
  };
  const { conversationId, messageId } = await arrive({ ...german, externalId: 'de@x' });
  const hidden = await row(conversationId);
  t.like(hidden, { spam: { reason: 'rule' }, labels: [] });
  const [act] = await actsOn(scope, [messageId]);
  t.like(act, { reasons: [{ field: 'language', value: 'de' }], deeds: [{ kind: 'spam' }] });
  if (!act) throw new Error('no act');
  t.deepEqual((await undoAct(scope, act.id)).left, []);
  t.like(await row(conversationId), { spam: null, status: 'open' });

  const polish = await arrive({ subject: 'rower', text: 'Dzień dobry, czy jest już mój rower? Proszę o odpowiedź.', externalId: 'pl@x' });
  t.like(await row(polish.conversationId), { spam: null, labels: [{ name: 'Pilne' }] });
  for (const [actions, more, field] of [
    [{ spam: true, close: true }, {}, 'spam'],
    [{ spam: true, snooze: 2 }, {}, 'spam'],
    [{ spam: true }, { answers: true }, 'spam'],
    [{ spam: true, answerId: 1 }, {}, 'answerId'],
  ] as const) {
    const refused = await t.throwsAsync<InvalidError>(addRule(scope, rule('Zła', [subject('x')], actions, more)));
    t.true(field in (refused?.fields ?? {}), JSON.stringify(actions));
  }
});
