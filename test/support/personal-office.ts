import type { ExecutionContext } from 'ava';
import { addFolder } from '../../core/folders/edit.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId, FolderId, InboxId } from '../../core/lib/ids.ts';
import { addRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { startDovecot } from './dovecot.ts';
import { as } from './folders.ts';
import { accountForm, choosePlaces, tryMailbox, whenTried } from './mailboxes.ts';
import { type Office, officeFor } from './office.ts';
import { administratorOf, employ, type Person, permitAll } from './person.ts';
import { CANARY } from './secret-office.ts';
import { until } from './until.ts';

export const OWN_ADDRESS = 'iga@firma.test';

export interface PersonalOffice extends Office {
  readonly admin: Person;
  /** Holds every permission, and sees every folder of the company. */
  readonly colleague: Person;
  /** An agent with a mailbox of her own, whose every customer, subject and text holds the word. */
  readonly owner: Person;
  readonly inbox: InboxId;
  readonly folder: FolderId;
  /** Two of hers, and two of the company's; the first of each is of the same customer. */
  readonly own: readonly [ConversationId, ConversationId];
  readonly shared: readonly [ConversationId, ConversationId];
  /** A rule that holds the owner's rights, and one of the company, both for this word in the subject. */
  readonly rules: { readonly hers: number; readonly company: number };
  /** Puts a mail with this subject into her mailbox and waits until it is a conversation. */
  post(subject: string, from?: string): Promise<ConversationId>;
}

const ruleFor = (name: string, labelId: number) =>
  RULE_INPUT.parse({
    name,
    conditions: [{ field: 'subject', operator: 'contains', values: ['rawy'] }],
    actions: { labelIds: [labelId] },
  });

/** The whole product with mail of the company and, through a real IMAP server, somebody's personal mailbox. */
export async function personalOffice(t: ExecutionContext<unknown>): Promise<PersonalOffice> {
  const dovecot = await startDovecot([OWN_ADDRESS]);
  t.teardown(dovecot.stop);
  const office = await officeFor(t);
  const { scope, relay } = office;
  const admin = await administratorOf(office);
  const [owner, colleague] = [await employ(office, 'Iga'), await employ(office, 'Olek')];
  for (const { id } of [owner, colleague]) await permitAll(office, id);
  const label = (await addLabel(scope, 'Pilne')).id;
  const hers = await addRule(as(scope, owner.id), ruleFor('Moje', label));
  const company = await addRule(as(scope, admin.id), ruleFor('Firmowa', label));

  const mailboxes = '/profile/mailboxes';
  const trial = await tryMailbox(owner.web, accountForm({ dovecot, peer: relay }, OWN_ADDRESS, { name: 'Iga prywatnie' }), mailboxes);
  await whenTried(owner.web, trial);
  const path = await choosePlaces(owner.web, trial, ['INBOX', 'Sent'], { extent: 'all' });
  const inbox = Number(/mailboxes\/(\d+)/.exec(path)?.[1]) as InboxId;
  const folder: FolderId = (await scope.db('inboxes').where({ id: inbox }).first('folder_id')).folder_id;
  await until('it is fetched from', async () => (await owner.web.get(`${mailboxes}/${inbox}`)).text.includes('Działa'));

  const found = async (subject: string): Promise<ConversationId> => {
    let id: ConversationId | undefined;
    await until(`${subject} is here`, async () => {
      id = (await scope.db('conversations').where({ subject }).first('id'))?.id;
      return id !== undefined;
    });
    return id as ConversationId;
  };
  const post: PersonalOffice['post'] = (subject, from = `klient@${CANARY}.test`) => {
    const file = `--x\r\nContent-Type: text/plain; name="${CANARY}.txt"\r\nContent-Disposition: attachment\r\n\r\n${CANARY}\r\n--x--\r\n`;
    const head = `From: ${CANARY} <${from}>\r\nTo: ${OWN_ADDRESS}\r\nSubject: ${subject}\r\nMessage-ID: <${Math.random()}@${CANARY}.test>\r\n`;
    const kind = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n';
    dovecot.deliver(OWN_ADDRESS, `${head}${kind}--x\r\nContent-Type: text/plain\r\n\r\nTekst ${CANARY}\r\n${file}`);
    return found(subject);
  };
  await office.mail({ from: 'wspolny@klient.test', subject: 'Zamówienie' });
  await office.mail({ from: 'inny@klient.test', subject: 'Pytanie' });
  const shared = [await found('Zamówienie'), await found('Pytanie')] as const;
  const own = [await post(`Sprawy ${CANARY}`, 'wspolny@klient.test'), await post(`Prywatna ${CANARY}`)] as const;
  // Whatever gives rights anew to everybody.
  await addFolder(scope, 'Sklep');
  return { ...office, admin, colleague, owner, inbox, folder, own, shared, rules: { hers, company }, post };
}
