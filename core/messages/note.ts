import { expectPresent, lockedConversation } from '../conversations/change.ts';
import { markRead } from '../conversations/mark-read.ts';
import type { Conversation } from '../conversations/types.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { tellMentioned } from '../followers/tell.ts';
import type { AgentId, ConversationId, MessageId } from '../lib/ids.ts';
import { expectNoVirus } from '../viruses/file-scans.ts';
import { addMessage } from './add.ts';
import { bodyOf, type Written } from './body.ts';
import type { Endpoints } from './endpoint.ts';
import { expectFits } from './size.ts';

export interface Note extends Written {
  readonly conversationId: ConversationId;
  readonly authorId: AgentId;
}

const NOTE_TRAITS = { body: 'html', maxBodyChars: null, maxAttachmentBytes: Number.POSITIVE_INFINITY } as const;

/** Adds a note that only agents see. Whom it names is told. It moves the conversation nowhere in the list and stops nobody's waiting. Raises not_found, invalid, conversation_in_trash. */
export async function addNote(
  scope: Scope | WriteScope,
  endpoints: Pick<Endpoints, 'isOurs'>,
  note: Note,
): Promise<{ readonly conversation: Conversation; readonly messageId: MessageId }> {
  return transact(scope, async (tx) => {
    const before = await lockedConversation(tx, note.conversationId);
    if (before.trashedAt) expectPresent(before);
    const body = bodyOf(note, NOTE_TRAITS);
    if (note.limits) expectFits(note.limits, [body.text, body.html], note.attachments);
    await expectNoVirus(tx, note.attachments);
    const added = await addMessage(tx, endpoints, before, {
      message: {
        rawInboundId: null,
        authorId: note.authorId,
        kind: 'note',
        direction: 'internal',
        from: { address: '', name: null },
        to: [],
        cc: [],
        bcc: [],
        replyTo: [],
        subject: null,
        ...body,
        externalId: null,
        references: [],
        quotedMessageId: null,
        automated: false,
        senderStatus: 'participant',
        sentAt: null,
        createdAt: tx.now(),
      },
      attachments: note.attachments,
      patch: {},
    });
    await markRead(tx, before.id, note.authorId);
    await tellMentioned(tx, before.id, added.messageId, { authorId: note.authorId, text: body.text });
    tx.emit({ type: 'note.added', data: { conversationId: before.id, messageId: added.messageId } });
    return added;
  });
}
