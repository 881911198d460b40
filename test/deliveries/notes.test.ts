import { readFileSync } from 'node:fs';
import test from 'ava';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { NOTES } from '../../core/deliveries/notes.ts';
import { deliveryView } from '../../core/deliveries/view.ts';
import { TemporaryError } from '../../core/lib/errors.ts';
import { scriptedChannel, settled, withAnswer, work } from '../support/sending.ts';
import { until } from '../support/until.ts';

const words = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../views/locales/${language}/deliveries.json`, import.meta.url), 'utf8'));

test('what we say ourselves of a delivery has words in both languages', (t) => {
  for (const key of Object.values(NOTES)) for (const language of ['pl', 'en']) t.truthy(words(language)[key], `${language} ${key}`);
});

test('an agent reads it in his language; English stays for programs, and where it tells more', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  work(t, house, async () => []);
  const [silent] = await settled(house, messageId);
  t.like(silent, { status: 'unknown', reason: 'the channel gave no answer for this recipient', note: NOTES.no_answer });
  t.like(silent && deliveryView(silent, house.scope.now()), { note: NOTES.no_answer, reason: '' });

  const broken = await withAnswer(t, ['jan@customer.test']);
  work(t, broken.house, () => Promise.reject(new Error('bug')));
  const [one] = await settled(broken.house, broken.messageId);
  t.like(one && deliveryView(one, house.scope.now()), { note: NOTES.broke, reason: 'an error while sending: bug' });
});

test('what was put off says why, and when its time is over no more that it will be tried again', async (t) => {
  const paused = () => Promise.reject(new TemporaryError('The inbox is paused'));
  const greylisted = { state: 'deferred', reason: '450 later', status: '4.2.0', note: 'plugin.email.notes.greylisted' } as const;
  for (const [send, note, reason] of [
    [paused, NOTES.held, 'The inbox is paused'],
    [scriptedChannel(() => greylisted).send, 'plugin.email.notes.greylisted', '4.2.0 450 later'],
  ] as const) {
    const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
    const worker = work(t, house, send);
    const [waiting] = await settled(house, messageId);
    t.like(waiting, { status: 'deferred', note });
    t.is(waiting && deliveryView(waiting, house.scope.now()).reason, note === NOTES.held ? '' : reason);
    house.pass(4 * 24 * 60);
    worker.wake();
    const [over] = await until('it has failed', async () => {
      const list = await deliveriesOf(house.scope, [messageId]);
      return list[0]?.status === 'failed' ? list : null;
    });
    t.like(over && deliveryView(over, house.scope.now()), { note: NOTES.expired, reason });
  }
});

test('a delivery that the channel refused keeps its words', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  work(t, house, async (_inbox, { recipients }) =>
    recipients.map(({ deliveryId }) => ({
      deliveryId,
      outcome: { state: 'refused' as const, reason: '550 no such user', status: '5.1.1' },
    })),
  );
  const [one] = await settled(house, messageId);
  t.like(one && deliveryView(one, house.scope.now()), { note: null, reason: '5.1.1 550 no such user' });
});
