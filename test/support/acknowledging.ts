import type { ExecutionContext } from 'ava';
import { acknowledge } from '../../core/acknowledgements/acknowledge.ts';
import { saveAcknowledgement } from '../../core/acknowledgements/save.ts';
import { transact } from '../../core/db/scope.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import type { ConversationId, InboxId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { type House, houseFor, mailFrom } from './house.ts';

/** What makes an inbox of this house answer new conversations by itself, and does so for one. */
export function acknowledging({ scope, endpoints }: Pick<House, 'scope' | 'endpoints'>) {
  const switchOn = (inboxId: InboxId) =>
    saveAcknowledgement(scope, {
      inboxId,
      enabled: true,
      language: 'en',
      subject: 'We have it ({{ conversation.number }})',
      text: 'Hello {{ contact.name }},\nnumber {{ conversation.number }}.\n{{ inbox.name }}, {{ company }}',
    });
  const answer = (id: ConversationId) => transact(scope, (tx) => acknowledge(tx, endpoints, id, silentLog));
  return { switchOn, answer };
}

/** A house whose first inbox answers new conversations by itself; `arrive` is a mail and all that it sets off. */
export async function acknowledgingHouse(t: ExecutionContext<unknown>) {
  const house = await houseFor(t);
  const { scope } = house;
  const { switchOn, answer } = acknowledging(house);
  await switchOn(house.inboxId);
  const arrive = async (from: string, message: Partial<InterpretedMessage> = {}, inboxId?: InboxId) => {
    const taken = await house.take([mailFrom(from, message)], inboxId === undefined ? {} : { inboxId });
    const opened = (await scope.db('messages').where({ conversation_id: taken.conversationId })).length === 1;
    return { ...taken, acknowledged: opened ? await answer(taken.conversationId) : false };
  };
  const sent = () => scope.db('messages').where({ direction: 'outbound', automated: true }).orderBy('id');
  return { ...house, switchOn, answer, arrive, sent };
}
