import type { Agent } from '../agents/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import type { Translate } from '../http/context.ts';
import type { Notice } from '../system-mail/notice.ts';
import { type Digest, findDigests, moveDigest } from './digest-store.ts';
import { listNotifications } from './list.ts';
import type { ShownNotification } from './types.ts';

/** So many are named, and so many are looked at. */
const NAMED = 20;
const MOST = 200;
/** Once an hour, whatever the minute it was asked at. */
const HOUR_MS = 55 * 60_000;
/** The hour of the company's morning from which the day's mail leaves. */
const MORNING = 7;

export interface DigestDeps {
  readonly agent: (id: Digest['agentId']) => Promise<Agent>;
  readonly timeZone: string;
  /** Queues the mail in this transaction; false = nothing can send now. */
  readonly send: (scope: Scope, agent: Agent, unread: Unread) => Promise<boolean>;
}

export interface Unread {
  readonly every: Digest['every'];
  /** The newest ones. */
  readonly shown: readonly ShownNotification[];
  readonly count: number;
}

/** Whether it is time to look again at what waits behind his bell. */
export function isDue({ every, toldAt }: Digest, now: Date, timeZone: string): boolean {
  if (every === 'hour') return now.getTime() - toldAt.getTime() >= HOUR_MS;
  const local = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const here = local(now);
  return here.hour >= MORNING && Temporal.PlainDate.compare(here.toPlainDate(), local(toldAt).toPlainDate()) > 0;
}

/**
 * One mail to each agent who asked for it and is due, of what came since the last one, waits behind his bell and is of conversations that he may
 * see now; none when nothing does. What he was told of is not told again. Answers how many were written to.
 */
export async function sendDigests(scope: Scope, deps: DigestDeps): Promise<number> {
  let sent = 0;
  for (const digest of await findDigests(scope)) {
    const now = scope.now();
    if (!isDue(digest, now, deps.timeZone)) continue;
    const agent = await deps.agent(digest.agentId);
    const own: Scope = { ...scope, actor: { kind: 'agent', id: digest.agentId } };
    const { items } = await listNotifications(own, digest.agentId, { unreadOnly: true, limit: MOST });
    const fresh = items.filter(({ createdAt }) => createdAt > digest.toldAt && createdAt <= now);
    await transact(scope, async (tx) => {
      const unread = { every: digest.every, shown: fresh.slice(0, NAMED), count: fresh.length };
      if (fresh.length > 0 && !(await deps.send(tx, agent, unread))) return;
      if ((await moveDigest(tx, digest, now)) && fresh.length > 0) sent += 1;
    });
  }
  return sent;
}

/** What such a mail says: what happened, with whom and about what, never the words of a message. */
export function digestNotice(
  t: Translate,
  { every, shown, count }: Unread,
  { link, choices, companyName }: { readonly link: string; readonly choices: string; readonly companyName: string },
): Notice {
  const others = count - shown.length;
  return {
    heading: t('notifications.digest.heading', { n: count, company: companyName || 'Centrala' }),
    lines: [
      ...shown.map(({ kind, addresses, contact, subject }) =>
        [t(`notifications.kind.${kind}`, { addresses: addresses.slice(0, 3).join(', ') }), contact, subject].filter(Boolean).join(' · '),
      ),
      ...(others > 0 ? [t('notifications.digest.others', { n: others })] : []),
    ],
    help: t(`notifications.digest.why_${every}`, { link: choices }),
    button: t('notifications.digest.button'),
    link,
  };
}
