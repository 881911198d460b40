import type { ExecutionContext } from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { readComposer } from '../../core/drafts/form.ts';
import { discardDraft, saveDraft } from '../../core/drafts/save.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { grantTeams } from '../../core/folders/team-rights.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId, FolderId, LabelId, TeamId } from '../../core/lib/ids.ts';
import { addRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { confine } from './folders.ts';
import { type Office, officeFor } from './office.ts';
import { administratorOf, employ, type Person, permitAll } from './person.ts';
import { until } from './until.ts';

/** A word that is only in the conversation of the closed folder. */
export const CANARY = 'kanarek7731';

/** Numbers of everything that hangs on the hidden conversation, by the first word of an address. */
export type Hidden = Readonly<
  Record<'conversations' | 'messages' | 'attachments' | 'deliveries' | 'transfers' | 'notifications' | 'rule-acts', number>
>;

export interface SecretOffice extends Office {
  readonly closed: FolderId;
  readonly open: FolderId;
  readonly hidden: Hidden;
  /** In the open folder, of the same contact; a note of the hidden one was moved here. */
  readonly shown: ConversationId;
  readonly shownNote: number;
  /** The insider's. */
  readonly team: TeamId;
  readonly admin: Person;
  /** Works in the closed folder too, by his team alone. */
  readonly insider: Person;
  /** Sees the open folder only, and holds every permission. */
  readonly outsider: Person;
}

/** A rule that does something to mail whose subject holds the word. */
const actingOn = (word: string, labelId: LabelId) =>
  RULE_INPUT.parse({
    name: 'Pilne',
    conditions: [{ field: 'subject', operator: 'contains', values: [word] }],
    actions: { labelIds: [labelId] },
  });

/** The whole product with two conversations: one in a folder that the outsider does not see, and one in a folder that he sees. */
export async function secretOffice(t: ExecutionContext<unknown>): Promise<SecretOffice> {
  const office = await officeFor(t);
  const { scope } = office;
  const [closed, open] = [(await addFolder(scope, 'Zarząd')).id, (await addFolder(scope, 'Sklep')).id];
  const admin = await administratorOf(office);
  const [insider, outsider] = [await employ(office, 'Iga'), await employ(office, 'Olek')];

  const letter = { from: 'klient@x.test', name: 'Klient' };
  await addRule(scope, actingOn(CANARY, (await addLabel(scope, 'Pilne')).id));
  await until('the rule is known', async () => (await scope.db('events').whereNull('dispatched_at')).length === 0);
  await office.mail({ ...letter, subject: `Sprawa ${CANARY}`, text: `Treść ${CANARY}` });
  await office.mail({ ...letter, subject: 'Zwykła sprawa', text: 'Dzień dobry' });
  await until('both mails are here', async () => (await scope.db('conversations').pluck('id')).length === 2);
  await until('the rule acted', async () => (await scope.db('rule_acts').first('id')) !== undefined);
  const [{ id: hiddenId }, { id: shown }] = [
    await scope.db('conversations').whereLike('subject', `%${CANARY}`).first('id'),
    await scope.db('conversations').where({ subject: 'Zwykła sprawa' }).first('id'),
  ];
  const attachments = [{ filename: `${CANARY}.txt`, contentType: 'text/plain', contentBase64: Buffer.from(CANARY).toString('base64') }];
  const told = async (path: string, body: unknown): Promise<{ id: number }> => {
    const { status, text } = await admin.api('POST', path, body);
    if (status > 201) throw new Error(`${path} answered ${status}: ${text}`);
    return JSON.parse(text);
  };
  await told(`/conversations/${hiddenId}/messages`, { kind: 'reply', text: `Odpowiedź ${CANARY}`, attachments });
  const note = await told(`/conversations/${hiddenId}/messages`, { kind: 'note', text: 'Zwykła notatka' });
  const gone = await told(`/messages/${note.id}/transfer`, { to: shown });
  await assignConversation(scope, hiddenId, outsider.id);
  const { draft } = readComposer({ text: `Szkic ${CANARY}` });
  await saveDraft(scope, outsider.id, hiddenId, draft);
  await discardDraft(scope, outsider.id, hiddenId);
  await saveDraft(scope, outsider.id, hiddenId, draft);
  await fileConversation(scope, shown, open);
  await fileConversation(scope, hiddenId, closed);
  await confine(scope, outsider.id, [open]);
  await confine(scope, insider.id, [open]);
  const { id: team } = await addTeam(scope, 'Zarząd', [insider.id]);
  await grantTeams(scope, [{ teamId: team, folderId: closed, level: 'move' }]);
  await permitAll(office, outsider.id);
  const first = async (table: string, where: object): Promise<number> => (await scope.db(table).where(where).first('id')).id;
  const hidden = {
    conversations: hiddenId,
    messages: await first('messages', { conversation_id: hiddenId, direction: 'inbound' }),
    attachments: await first('attachments', { filename: `${CANARY}.txt` }),
    deliveries: await first('deliveries', { conversation_id: hiddenId }),
    transfers: gone.id,
    notifications: await first('notifications', { agent_id: outsider.id }),
    'draft-versions': await first('draft_versions', { agent_id: outsider.id }),
    'rule-acts': await first('rule_acts', { conversation_id: hiddenId }),
  };
  return { ...office, closed, open, hidden, shown, shownNote: note.id, team, admin, insider, outsider };
}
