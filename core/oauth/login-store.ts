import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, SessionId } from '../lib/ids.ts';
import type { GrantId, Login, LoginId, Problem } from './types.ts';

interface Row {
  key_sha256: string | null;
  id: LoginId;
  grant_id: GrantId;
  agent_id: AgentId;
  session_id: SessionId;
  way: Login['way'];
  state: Login['state'];
  verifier: string;
  address: string;
  user_code: string;
  redirect_uri: string;
  interval_seconds: number;
  problem: Problem | null;
  detail: string | null;
  back: string;
  expires_at: string;
}

const fromRow = (row: Row): Login => ({
  id: row.id,
  grantId: row.grant_id,
  agentId: row.agent_id,
  sessionId: row.session_id,
  way: row.way,
  state: row.state,
  verifier: row.verifier,
  address: row.address,
  userCode: row.user_code,
  redirectUri: row.redirect_uri,
  intervalSeconds: row.interval_seconds,
  problem: row.problem,
  detail: row.detail,
  back: row.back,
  expiresAt: new Date(row.expires_at),
});

export type NewLogin = Omit<Login, 'id' | 'state' | 'problem' | 'detail'> & { readonly keySha256: string | null };

/** Those before it for the same grant are over. */
export async function insertLogin({ db }: WriteScope, one: NewLogin): Promise<LoginId> {
  await db('oauth_logins').where({ grant_id: one.grantId }).delete();
  const [row] = await db('oauth_logins')
    .insert({
      grant_id: one.grantId,
      agent_id: one.agentId,
      session_id: one.sessionId,
      way: one.way,
      state: 'waiting',
      key_sha256: one.keySha256,
      verifier: one.verifier,
      address: one.address,
      user_code: one.userCode,
      redirect_uri: one.redirectUri,
      interval_seconds: one.intervalSeconds,
      back: one.back,
      expires_at: one.expiresAt.toISOString(),
    })
    .returning('id');
  return row.id;
}

export async function findLogin({ db }: Scope, id: LoginId): Promise<Login | null> {
  const row = await db<Row>('oauth_logins').where({ id }).first();
  return row ? fromRow(row) : null;
}

/** By the hash of the state that a browser brought back. */
export async function findLoginByKey({ db }: Scope, keySha256: string): Promise<Login | null> {
  const row = await db<Row>('oauth_logins').where({ key_sha256: keySha256 }).first();
  return row ? fromRow(row) : null;
}

export async function waitingDevices({ db }: Scope): Promise<readonly Login[]> {
  return (await db<Row>('oauth_logins').where({ way: 'device', state: 'waiting' }).orderBy('id')).map(fromRow);
}

/** False: somebody else did it first. */
export async function changeLogin(
  { db }: WriteScope,
  id: LoginId,
  from: Login['state'],
  to: { readonly state: Login['state']; readonly problem?: Problem; readonly detail?: string | null },
): Promise<boolean> {
  const change = { state: to.state, problem: to.problem ?? null, detail: to.detail ?? null };
  return (await db('oauth_logins').where({ id, state: from }).update(change)) > 0;
}

export async function deleteLoginsBefore({ db }: WriteScope, before: Date): Promise<number> {
  return db('oauth_logins').where('expires_at', '<', before.toISOString()).delete();
}
