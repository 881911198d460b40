import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { Page } from '../lib/page.ts';
import { storable } from '../lib/text.ts';
import { deleteBlocked, insertBlocked, listBlocked, valuesAmong } from './store.ts';
import type { BlockedSender } from './types.ts';
import { blockingValues, parseBlocked } from './value.ts';

const PAGE = 50;

/** Those of the addresses whose mail is kept in spam. */
export async function blockedAmong(scope: Scope, addresses: readonly string[]): Promise<ReadonlySet<string>> {
  const values = new Map(addresses.map((address) => [address, blockingValues(address)]));
  const known = await valuesAmong(scope, [...new Set([...values.values()].flat())]);
  return new Set(addresses.filter((address) => values.get(address)?.some((value) => known.has(value))));
}

/** Puts an address or a domain on the list; one that is there stays. Raises invalid for what is neither. */
export async function blockSender(scope: Scope | WriteScope, text: string): Promise<Pick<BlockedSender, 'kind' | 'value'>> {
  const blocked = parseBlocked(text);
  if (!blocked) throw new InvalidError({ value: 'spam.blocked.wrong' });
  await transact(scope, async (tx) => {
    const author = tx.actor.kind === 'agent' ? tx.actor.id : null;
    if (await insertBlocked(tx, blocked, author)) tx.emit({ type: 'sender.blocked', data: { value: blocked.value } });
  });
  return blocked;
}

/** Takes an entry off the list; what is in spam already stays there. Raises not_found. */
export async function unblockSender(scope: Scope | WriteScope, id: number): Promise<string> {
  return transact(scope, async (tx) => {
    const value = await deleteBlocked(tx, id);
    if (value === null) throw new NotFoundError('The blocked sender');
    tx.emit({ type: 'sender.unblocked', data: { value } });
    return value;
  });
}

/** One page of the list in the order of the alphabet; `q` narrows it to what begins so, `cursor` is the last value of the page before. */
export async function listBlockedSenders(scope: Scope, q: string, cursor: string | null): Promise<Page<BlockedSender>> {
  const beginning = storable(q).trim().toLowerCase().replace(/^@/, '').slice(0, 200);
  const after = cursor === null ? null : storable(cursor).slice(0, 330);
  const rows = await listBlocked(scope, beginning, after, PAGE + 1);
  const items = rows.slice(0, PAGE);
  return { items, next: rows.length > PAGE ? (items.at(-1)?.value ?? null) : null };
}
