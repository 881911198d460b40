import type { Scope, WriteScope } from '../db/scope.ts';
import type { KeyProblem, KeyState, SendingDomainId, SigningKeyId, SigningKeyRecord } from './types.ts';

interface Row {
  id: number;
  domain: string;
  selector: string;
  public_key: string;
  state: KeyState;
  problem: KeyProblem | null;
  checked_at: string | null;
  activated_at: string | null;
  retired_at: string | null;
  created_at: string;
}

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));

const fromRow = (row: Row): SigningKeyRecord => ({
  id: row.id as SigningKeyId,
  domain: row.domain,
  selector: row.selector,
  publicKey: row.public_key,
  state: row.state,
  problem: row.problem,
  checkedAt: date(row.checked_at),
  activatedAt: date(row.activated_at),
  retiredAt: date(row.retired_at),
  createdAt: new Date(row.created_at),
});

const COLUMNS = ['id', 'selector', 'public_key', 'state', 'problem', 'checked_at', 'activated_at', 'retired_at', 'created_at'];

const keys = ({ db }: Scope) =>
  db('signing_keys')
    .join('sending_domains', 'sending_domains.id', 'signing_keys.sending_domain_id')
    .select<Row[]>(...COLUMNS.map((column) => `signing_keys.${column}`), 'sending_domains.domain');

/** Newest first within a domain. */
export async function allSigningKeys(scope: Scope): Promise<readonly SigningKeyRecord[]> {
  return (await keys(scope).orderBy('signing_keys.id', 'desc')).map(fromRow);
}

export async function findSigningKey(scope: Scope, domain: string, id: SigningKeyId): Promise<SigningKeyRecord | null> {
  const [row] = await keys(scope).where({ 'sending_domains.domain': domain, 'signing_keys.id': id });
  return row ? fromRow(row) : null;
}

/** Keys whose record is still to appear, newest first. */
export async function awaitedKeys(scope: Scope, createdAfter: Date, limit: number): Promise<readonly SigningKeyRecord[]> {
  const rows = await keys(scope)
    .where({ 'signing_keys.state': 'making' })
    .where('signing_keys.created_at', '>', createdAfter.toISOString())
    .orderBy('signing_keys.id', 'desc')
    .limit(limit);
  return rows.map(fromRow);
}

/** Selector and sealed private half of the key that signs for a domain; null when none does. */
export async function activePrivateKey({ db }: Scope, domain: string): Promise<{ selector: string; sealed: string } | null> {
  const row: { selector: string; private_key: string | null } | undefined = await db('signing_keys')
    .join('sending_domains', 'sending_domains.id', 'signing_keys.sending_domain_id')
    .where({ domain, state: 'active' })
    .first('selector', 'private_key');
  return row?.private_key ? { selector: row.selector, sealed: row.private_key } : null;
}

export async function sendingDomainId({ db, now }: WriteScope, domain: string): Promise<SendingDomainId> {
  await db('sending_domains').insert({ domain, created_at: now().toISOString() }).onConflict('domain').ignore();
  const row: { id: SendingDomainId } | undefined = await db('sending_domains').where({ domain }).first('id');
  if (!row) throw new Error('The domain that was just written is gone');
  return row.id;
}

export interface UsedSelectors {
  /** The newest one ever given, also when its key was removed. */
  readonly last: string | null;
  /** Of the keys that are there. */
  readonly taken: readonly string[];
}

export async function selectorsOf({ db }: Scope, id: SendingDomainId): Promise<UsedSelectors> {
  const domain: { last_selector: string | null } | undefined = await db('sending_domains').where({ id }).first('last_selector');
  const rows: { selector: string }[] = await db('signing_keys').where({ sending_domain_id: id }).select('selector');
  return { last: domain?.last_selector ?? null, taken: rows.map((row) => row.selector) };
}

export interface NewKey {
  readonly selector: string;
  readonly publicKey: string;
  /** Encrypted. */
  readonly privateKey: string;
}

export async function insertSigningKey({ db, now }: WriteScope, id: SendingDomainId, key: NewKey): Promise<SigningKeyId> {
  const row = {
    sending_domain_id: id,
    selector: key.selector,
    public_key: key.publicKey,
    private_key: key.privateKey,
    state: 'making',
    created_at: now().toISOString(),
  };
  const [created] = await db('signing_keys').insert(row).returning('id');
  await db('sending_domains').where({ id }).update({ last_selector: key.selector });
  return created.id as SigningKeyId;
}

/** What a look into the DNS found; a key that waited for its record is published when nothing is wrong. */
export async function recordCheck({ db, now }: WriteScope, id: SigningKeyId, problem: KeyProblem | null): Promise<void> {
  await db('signing_keys').where({ id }).update({ problem, checked_at: now().toISOString() });
  if (problem === null) await db('signing_keys').where({ id, state: 'making' }).update({ state: 'published' });
}

/** Makes a published key the one that signs. False when it is not published (any more). */
export async function activateKey({ db, now }: WriteScope, id: SigningKeyId): Promise<boolean> {
  const changed = await db('signing_keys').where({ id, state: 'published' }).update({ state: 'active', activated_at: now().toISOString() });
  return changed > 0;
}

/** The key that signs for a domain signs no more, and its private half is gone. */
export async function retireActiveKey({ db, now }: WriteScope, domain: string): Promise<void> {
  await db('signing_keys')
    .whereIn('sending_domain_id', db('sending_domains').where({ domain }).select('id'))
    .where({ state: 'active' })
    .update({ state: 'retired', private_key: null, retired_at: now().toISOString() });
}

export async function isActiveKeyOf({ db }: Scope, domain: string): Promise<boolean> {
  const row = await db('signing_keys')
    .join('sending_domains', 'sending_domains.id', 'signing_keys.sending_domain_id')
    .where({ domain, state: 'active' })
    .first('signing_keys.id');
  return row !== undefined;
}

/** Forgets a key that does not sign. False when it does, or is not there. */
export async function deleteSigningKey({ db }: WriteScope, id: SigningKeyId): Promise<boolean> {
  return (await db('signing_keys').where({ id }).whereNot({ state: 'active' }).del()) > 0;
}
