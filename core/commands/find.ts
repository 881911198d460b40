import { hrefOf, readAddress } from '../conversations/address.ts';
import { allowedRow } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { listConversations } from '../conversations/list.ts';
import type { ConversationRow } from '../conversations/types.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { fold } from '../lib/text.ts';
import { clausesOf } from '../search/clauses.ts';
import { MIN_UNFINISHED_CHARS } from '../search/terms.ts';

/** So many conversations and people are offered; the list of all is one more choice. */
const SHOWN = 6;
/** Conversations among whose contacts people are looked for. */
const LOOKED_AT = 30;

/** A few conversations and people, among those the actor sees, that fit the words of a search; nothing where it is not understood. */
export async function findForCommands(scope: Scope, q: string) {
  const address = readAddress({ q });
  const number = await numbered(scope, q);
  const rows = (await orNone(listConversations(scope, { q, limit: SHOWN }))).filter(({ id }) => id !== number?.id);
  const people = await peopleCalled(scope, q);
  return {
    href: hrefOf('/conversations', address),
    conversations: [...(number ? [number] : []), ...rows].slice(0, SHOWN).map((row) => ({
      id: row.id,
      href: row === number ? `/conversations/${row.id}` : hrefOf(`/conversations/${row.id}`, address),
      subject: row.subject,
      name: row.contact.name || row.contact.address,
    })),
    people: people.map(({ name, address: email }) => ({
      href: hrefOf('/conversations', readAddress({ q: `from:${email}` })),
      name: name || email,
      address: email,
    })),
  };
}

const numberOf = (q: string) => parseId<'conversations'>(q.replace(/^#/, ''));

/** The one whose number was typed, or where it was merged into. */
async function numbered(scope: Scope, q: string): Promise<ConversationRow | null> {
  const id = numberOf(q);
  if (id === null) return null;
  try {
    return await allowedRow(scope, 'conversation:read', await leadsTo(scope, id));
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** Contacts whose name or address holds every word, or its beginning, those who wrote last first. */
async function peopleCalled(scope: Scope, q: string): Promise<readonly ConversationRow['contact'][]> {
  const clauses = clausesOf(q);
  if (numberOf(q) !== null || clauses.some(({ operator, isNot }) => operator !== null || isNot)) return [];
  const values = clauses.map(({ value }) => value);
  // A shorter beginning is not looked up; it only has to be there.
  const long = values.filter((value) => value.length >= MIN_UNFINISHED_CHARS);
  const from = (long.length > 0 ? long : values).map((value) => `from:${value}`).join(' ');
  const rows = await orNone(listConversations(scope, { q: from, limit: LOOKED_AT }));
  const words = values.map(fold);
  const called = rows
    .map(({ contact }) => contact)
    .filter(({ name, address }) => words.every((word) => fold(`${name} ${address}`).includes(word)));
  return [...new Map(called.map((contact) => [contact.id, contact])).values()].slice(0, SHOWN);
}

async function orNone(asked: ReturnType<typeof listConversations>): Promise<readonly ConversationRow[]> {
  try {
    return (await asked).items;
  } catch (error) {
    if (error instanceof InvalidError) return [];
    throw error;
  }
}
