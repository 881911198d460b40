import type { Scope, WriteScope } from '../db/scope.ts';
import { warningAt } from './ends.ts';
import { type Grant, type GrantId, isService, type Service } from './types.ts';

interface Row {
  id: GrantId;
  service: string;
  account: string;
  scopes: string;
  state: Grant['state'];
  access_token: string;
  access_expires_at: string | null;
  refresh_token: string;
  refresh_expires_at: string | null;
  is_public: boolean | number;
  warned_days: number | null;
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

const fromRow = (row: Row): readonly Grant[] =>
  isService(row.service)
    ? [
        {
          id: row.id,
          service: row.service,
          account: row.account,
          scopes: row.scopes.split(' '),
          state: row.state,
          accessToken: row.access_token,
          accessExpiresAt: dateOf(row.access_expires_at),
          refreshToken: row.refresh_token,
          refreshExpiresAt: dateOf(row.refresh_expires_at),
          isPublic: Boolean(row.is_public),
          warnedDays: row.warned_days,
        },
      ]
    : [];

/** There is one for each mailbox that logs in so, and few more. */
export async function listGrants({ db }: Scope): Promise<readonly Grant[]> {
  return (await db<Row>('oauth_grants').orderBy('id')).flatMap(fromRow);
}

export async function findGrant({ db }: Scope, id: GrantId): Promise<Grant | null> {
  const row = await db<Row>('oauth_grants').where({ id }).first();
  return (row && fromRow(row)[0]) ?? null;
}

/** Nobody has agreed to it yet. */
export async function insertGrant(
  { db, now }: WriteScope,
  about: { readonly service: Service; readonly account: string; readonly scopes: readonly string[] },
): Promise<GrantId> {
  const at = now().toISOString();
  const empty = { state: 'asked', access_token: '', refresh_token: '', is_public: false, created_at: at, updated_at: at };
  const [row] = await db('oauth_grants')
    .insert({ service: about.service, account: about.account, scopes: about.scopes.join(' '), ...empty })
    .returning('id');
  return row.id;
}

/** Tokens as they are stored: sealed. */
export interface SealedTokens {
  readonly accessToken: string;
  readonly accessExpiresAt: Date;
  /** Null: the one that is there stays. */
  readonly refreshToken: string | null;
  readonly refreshExpiresAt: Date | null;
}

/** `asPublic`: it is a new log-in, made so. */
export async function putTokens({ db, now }: WriteScope, id: GrantId, tokens: SealedTokens, asPublic?: boolean): Promise<void> {
  const { refreshToken, refreshExpiresAt } = tokens;
  await db('oauth_grants')
    .where({ id })
    .update({
      state: 'granted',
      access_token: tokens.accessToken,
      access_expires_at: tokens.accessExpiresAt.toISOString(),
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
      ...(refreshExpiresAt === null ? {} : { refresh_expires_at: refreshExpiresAt.toISOString() }),
      // Of a log-in that is good for a week people are not told at once that it ends in a week.
      ...(asPublic === undefined ? {} : { is_public: asPublic, warned_days: refreshExpiresAt && warningAt(refreshExpiresAt, now()) }),
      ...(asPublic !== undefined && refreshExpiresAt === null ? { refresh_expires_at: null } : {}),
      updated_at: now().toISOString(),
    });
}

/** Only one process at a time exchanges tokens, and only those that it has read; `until`: if it dies, another may from then on. */
export async function claimRefresh({ db, now }: WriteScope, { id, accessToken, refreshToken }: Grant, until: Date): Promise<boolean> {
  const claimed = db('oauth_grants')
    .where({ id, state: 'granted', access_token: accessToken, refresh_token: refreshToken })
    .where((one) => one.whereNull('refreshing_until').orWhere('refreshing_until', '<', now().toISOString()));
  return (await claimed.update({ refreshing_until: until.toISOString() })) > 0;
}

export async function releaseRefresh({ db }: WriteScope, id: GrantId): Promise<void> {
  await db('oauth_grants').where({ id }).update({ refreshing_until: null });
}

/** Only the tokens that were tried: somebody may have logged in again meanwhile. */
export async function markLapsed({ db, now }: WriteScope, { id, refreshToken }: Grant): Promise<boolean> {
  const lapsed = { state: 'lapsed', access_token: '', access_expires_at: null, refresh_token: '', updated_at: now().toISOString() };
  return (await db('oauth_grants').where({ id, refresh_token: refreshToken }).update(lapsed)) > 0;
}

/** False: that was told already. */
export async function noteGrantWarning({ db }: WriteScope, id: GrantId, days: number): Promise<boolean> {
  const untold = db('oauth_grants')
    .where({ id })
    .where((one) => one.whereNull('warned_days').orWhere('warned_days', '>', days));
  return (await untold.update({ warned_days: days })) > 0;
}

export async function deleteGrantsExcept({ db }: WriteScope, kept: readonly GrantId[], before: Date): Promise<number> {
  return db('oauth_grants')
    .whereNotIn('id', [...kept])
    .where('updated_at', '<', before.toISOString())
    .delete();
}
