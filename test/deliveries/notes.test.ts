import { readFileSync } from 'node:fs';
import test from 'ava';
import { NOTES } from '../../core/deliveries/notes.ts';
import { deliveryView } from '../../core/deliveries/view.ts';
import { settled, withAnswer, work } from '../support/sending.ts';

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
