import { identityOf } from '../contacts/address.ts';
import { callContact } from '../contacts/resolve.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { EmailAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import type { InboxId, VisitorId } from '../lib/ids.ts';
import { randomToken, sha256 } from '../lib/secrets.ts';
import { messagesWithIds } from '../messages/match.ts';
import type { Inbox, VisitorTalk } from '../plugins/contract.ts';
import { expectRoom, type KeepLetterDeps, keepLetter } from './keep-letter.ts';
import { countLines, describeVisitor, findVisitor, idsBefore, insertLine, insertVisitor } from './store.ts';
import { MAX_LINES, type Visitor } from './types.ts';

/** Of a token, 5 bits each. */
const TOKEN_CHARS = 32;
const ADDRESS_CHARS = 16;
const MAX_BEFORE = 5;

export interface Said {
  /** Made by his window, the same when it sends again. */
  readonly key: string;
  /** The token of the talk that these words may begin, made by his window and the same when it sends again; empty = one is made here. */
  readonly begin: string;
  /** Empty when he only says who he is. */
  readonly text: string;
  /** Empty = not said now. */
  readonly name: string;
  readonly email: EmailAddress | '';
}

export interface SayDeps extends KeepLetterDeps {
  readonly inbox: Inbox<unknown>;
  readonly talk: VisitorTalk<unknown>;
  readonly isOurs: (address: string) => boolean;
  /** In the company's language: how the lines that say who he is begin, and what he is called before. */
  readonly words: { readonly name: string; readonly email: string; readonly stopgap: (id: VisitorId) => string };
}

/**
 * Keeps what a visitor wrote in his window; the first words begin a talk, whose token is answered. When this resolves it survives a power cut,
 * and said again it is received once and begins no second talk. Raises invalid, also for words without an e-mail where one is required;
 * TemporaryError when there is no room.
 */
export async function sayToInbox(
  scope: Scope,
  deps: SayDeps,
  visitor: Visitor | null,
  said: Said,
): Promise<{ readonly token: string | null; readonly externalId: string }> {
  const { inbox, talk, words } = deps;
  if (said.email !== '' && deps.isOurs(said.email)) throw new InvalidError({ email: 'widget.problem.ours' });
  const email = said.email || visitor?.email || '';
  if (email === '' && talk.asks(inbox.settings) === 'required') throw new InvalidError({ email: 'forms.required' });
  await expectRoom(deps, inbox.id);
  const goesOn = await unlessFull(scope, visitor);
  const { token, ...line } = await transact(scope, async (tx) => {
    const {
      token,
      id,
      address,
      name: before,
    } = goesOn ? { ...goesOn, token: null } : await beginTalk(tx, inbox.id, said.begin || randomToken(TOKEN_CHARS));
    const name = said.name || before;
    const stopgap = words.stopgap(id);
    if (said.name !== '' || said.email !== '') {
      await describeVisitor(tx, { id, name, email });
      await callContact(tx, identityOf('opaque', address), stopgap, said.name);
    }
    const externalId = `${address}.${said.key}`;
    const isNew = await insertLine(tx, id, externalId, false);
    return { token, isNew, externalId, from: { address, name: name || stopgap }, before: await idsBefore(tx, id, externalId, MAX_BEFORE) };
  });
  const { isNew, externalId } = line;
  if (!isNew && (await messagesWithIds(scope, inbox.id, [externalId])).length > 0) return { token, externalId };
  const facts = [...(said.name ? [`${words.name}: ${said.name}`] : []), ...(said.email ? [`${words.email}: ${said.email}`] : [])];
  const text = [said.text, facts.join('\n')].filter((part) => part !== '').join('\n\n');
  await keepLetter(deps, inbox.id, talk.write({ ...line, text }));
  return { token, externalId };
}

/** The talk that a token opens: a new one, or that which it began already, when the answer to it was lost. */
async function beginTalk(tx: WriteScope, inboxId: InboxId, token: string): Promise<Visitor & { readonly token: string }> {
  const begun =
    (await insertVisitor(tx, newcomer(inboxId, token))) ??
    (await unlessFull(tx, await findVisitor(tx, { tokenHash: sha256(token) }, inboxId)));
  // That talk is over or full, or was with another inbox.
  return begun ? { ...begun, token } : beginTalk(tx, inboxId, randomToken(TOKEN_CHARS));
}

const unlessFull = async (scope: Scope, visitor: Visitor | null): Promise<Visitor | null> =>
  visitor !== null && (await countLines(scope, visitor.id)) < MAX_LINES ? visitor : null;

const newcomer = (inboxId: InboxId, token: string) => ({
  inboxId,
  address: `visitor-${randomToken(ADDRESS_CHARS)}`,
  tokenHash: sha256(token),
});
