import type { Scope, WriteScope } from '../db/scope.ts';
import type { InboxId } from '../lib/ids.ts';
import type { RefusalReason } from '../plugins/contract.ts';
import type { RefusalCount, RefusedMail } from './types.ts';

/** Adds one to the day's number. A day holds no more than `maxDomains` domains of an inbox; what is over counts under no name. */
export async function countRefusal({ db }: WriteScope, key: Omit<RefusalCount, 'n'>, maxDomains: number): Promise<void> {
  const day = { day: key.day, inbox_id: key.inboxId, reason: key.reason };
  const known = await db('refusals')
    .where({ ...day, sender_domain: key.senderDomain })
    .first('id');
  const [others] = known ? [] : await db('refusals').where(day).count({ n: '*' });
  const senderDomain = Number(others?.['n'] ?? 0) < maxDomains ? key.senderDomain : '';
  await db('refusals')
    .insert({ ...day, sender_domain: senderDomain, n: 1 })
    .onConflict(['day', 'inbox_id', 'reason', 'sender_domain'])
    .merge({ n: db.raw('refusals.n + 1') });
}

/** Remembers one mail and forgets all but the newest `keep`. */
export async function addRefusedMail({ db }: WriteScope, mail: Omit<RefusedMail, 'id'>, keep: number): Promise<void> {
  await db('refused_mails').insert({
    inbox_id: mail.inboxId,
    reason: mail.reason,
    sender_domain: mail.senderDomain,
    mail_from: mail.mailFrom,
    remote_ip: mail.remoteIp,
    refused_at: mail.refusedAt.toISOString(),
  });
  const oldest: { id: number } | undefined = await db('refused_mails').orderBy('id', 'desc').offset(keep).first('id');
  if (oldest) await db('refused_mails').where('id', '<=', oldest.id).delete();
}

/** The newest days first, largest numbers first within one. */
export async function refusalCounts({ db }: Scope, sinceDay: string, limit: number): Promise<readonly RefusalCount[]> {
  const rows = await db('refusals')
    .where('day', '>=', sinceDay)
    .orderBy([
      { column: 'day', order: 'desc' },
      { column: 'n', order: 'desc' },
    ])
    .limit(limit);
  return rows.map((row) => ({
    day: row.day,
    inboxId: row.inbox_id as InboxId,
    reason: row.reason as RefusalReason,
    senderDomain: row.sender_domain,
    n: row.n,
  }));
}

export async function newestRefused({ db }: Scope, limit: number): Promise<readonly RefusedMail[]> {
  const rows = await db('refused_mails').orderBy('id', 'desc').limit(limit);
  return rows.map((row) => ({
    id: row.id,
    inboxId: row.inbox_id as InboxId,
    reason: row.reason as RefusalReason,
    senderDomain: row.sender_domain,
    mailFrom: row.mail_from,
    remoteIp: row.remote_ip,
    refusedAt: new Date(row.refused_at),
  }));
}

export function deleteBefore({ db }: WriteScope, day: string): Promise<number> {
  return db('refusals').where('day', '<', day).delete();
}
