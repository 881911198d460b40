import { chatOn, windowAt } from '../support/chat.ts';
import type { Office } from '../support/office.ts';
import { until } from '../support/until.ts';

const QUESTION = 'Czy robicie stoły na wymiar?';

/** A live talk with a visitor of the website: what he asked, who he is, and an answer that his window has. */
export async function talkLive(office: Office, ids: Map<string, number>): Promise<void> {
  await chatOn(office, { asksData: true });
  const window = await windowAt(office);
  await window.say(QUESTION);
  const { conversation_id: id } = await window.heard(QUESTION);
  ids.set(QUESTION, id);
  await office.api('POST', `/conversations/${id}/messages`, { kind: 'reply', text: 'Dzień dobry! Tak, z dębu i jesionu, do 3 metrów.' });
  await until('his window has the answer', async () => (await window.look()).lines.length === 2);
  await window.say('', { name: 'Marta Wilk', email: 'marta.wilk@klient.test' });
  await window.say('Świetnie. Ile kosztuje dębowy 180 × 90?');
  await window.heard('Świetnie. Ile kosztuje dębowy 180 × 90?');
}
