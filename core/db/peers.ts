import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Client } from 'pg';
import { errorFacts, type Log } from '../lib/log.ts';
import { CLAIMANTS, SAID, saidBy } from './claimants.ts';

/** What only one process may do at a time: run what is due by the clock, make conversations of mail, read accounts elsewhere. */
export const DUTIES = ['clock', 'receiving', 'mailboxes'] as const;
export type Duty = (typeof DUTIES)[number];

/** The clock belongs to those with pages, since backups and alarms are told from there. */
export const dutiesOf = (roles: ReadonlySet<string>): readonly Duty[] => [
  ...(roles.has('web') ? (['clock'] as const) : []),
  ...(roles.has('jobs') ? (['receiving'] as const) : []),
  ...(roles.has('imap') ? (['mailboxes'] as const) : []),
];

/** The other processes that work on the same database. */
export interface Peers {
  /** Names this process in what it claims; null with SQLite, where there is no other. */
  readonly me: number | null;
  /** Whether the duty is ours at this moment; always, where there is no other. */
  holds(duty: Duty): boolean;
  /** Called each time a duty comes to us or is lost. */
  onDuty(listener: (duty: Duty, isOurs: boolean) => void): void;
  /** Says something to the others; not durable: while the connection is away nobody hears it. */
  tell(topic: string, text: string): void;
  hear(topic: string, listener: (text: string) => void): void;
  /** Called when the connection is back after a loss: what others said since `wellAt`, when it was still there, was missed. */
  onReunion(listener: (wellAt: Date) => void): void;
  close(): Promise<void>;
}

/** Of an embedded database. */
export const ALONE: Peers = {
  me: null,
  holds: () => true,
  onDuty: () => {},
  tell: () => {},
  hear: () => {},
  onReunion: () => {},
  close: async () => {},
};

const CONNECT_MS = 10_000;
/** An answer that takes longer counts as a lost connection, so that a duty is never held by two for long. */
const ANSWER_MS = 5_000;
/** How long nobody has a duty whose holder died, at most. */
const BEAT_MS = 500;
const KEEP_ALIVE_MS = 2_000;
const AGAIN_MS = 500;
/** Class of the advisory locks that stand for duties (`pg_locks.classid`). */
const DUTY_LOCKS = 0x43_44;

/**
 * Keeps one connection of its own open: its advisory locks are the life of this process to all others and what it has to do, and PostgreSQL
 * lets go of them the moment it dies, however it dies. What others say arrives on it (LISTEN). `duties`: those we may take over.
 */
export async function openPeers(url: string, duties: readonly Duty[], log: Log): Promise<Peers> {
  const pg: typeof import('pg') = createRequire(import.meta.url)('pg');
  const me = randomInt(1, 2 ** 31 - 1);
  const ears = new Map<string, ((text: string) => void)[]>();
  const dutyListeners: ((duty: Duty, isOurs: boolean) => void)[] = [];
  const reunions: ((wellAt: Date) => void)[] = [];
  const held = new Set<Duty>();
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | null = null;
  let isClosed = false;
  let wellAt = new Date();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: a client takes no question while it answers another. */
  const ask = (of: Client, sql: string, values: readonly unknown[] = []): Promise<{ rows: readonly { ours?: boolean }[] }> => {
    const answer = last.then(() => of.query(sql, [...values]));
    last = answer.catch(() => {});
    return answer;
  };
  const hearOf = (payload: string | undefined): void => {
    const said = saidBy(payload);
    if (said && said.from !== me) for (const listener of ears.get(said.topic) ?? []) listener(said.text);
  };
  const lose = (gone: Client, error: unknown): void => {
    if (client !== gone) return;
    client = null;
    if (!isClosed) log.warn('peers_lost', errorFacts(error));
    const lost = [...held];
    held.clear();
    for (const duty of lost) for (const listener of dutyListeners) listener(duty, false);
    void gone.end().catch(() => {});
  };
  const meet = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    fresh.on('notification', ({ payload }) => hearOf(payload));
    fresh.on('error', (error) => lose(fresh, error));
    fresh.on('end', () => lose(fresh, new Error('the connection ended')));
    await fresh.connect();
    try {
      // The server notices a machine that fell silent as soon as we would.
      await fresh.query('set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 2');
      await fresh.query(`listen ${SAID}`);
      await fresh.query('select pg_advisory_lock($1, $2)', [CLAIMANTS, me]);
    } catch (error) {
      void fresh.end().catch(() => {});
      throw error;
    }
    client = fresh;
  };
  const takeDuties = async (): Promise<void> => {
    const asked = client;
    for (const duty of duties) {
      if (held.has(duty) || asked === null || client !== asked) continue;
      const { rows } = await ask(asked, 'select pg_try_advisory_lock($1, $2) as ours', [DUTY_LOCKS, DUTIES.indexOf(duty)]);
      if (!rows[0]?.ours || client !== asked) continue;
      held.add(duty);
      log.info('duty_taken', { duty });
      for (const listener of dutyListeners) listener(duty, true);
    }
    // With nothing to ask for, whether we are still there.
    if (client !== null) await ask(client, 'select 1');
  };
  const beat = async (): Promise<void> => {
    const before = client;
    try {
      if (before === null) {
        await meet();
        for (const listener of reunions) listener(wellAt);
      }
      await takeDuties();
      wellAt = new Date();
    } catch (error) {
      if (client) lose(client, error);
    }
  };
  const next = (): void => {
    if (isClosed) return;
    timer = setTimeout(
      () => {
        beating = beat().finally(() => {
          beating = null;
          next();
        });
      },
      client ? BEAT_MS : AGAIN_MS,
    ).unref();
  };

  await meet();
  await takeDuties();
  next();
  return {
    me,
    holds: (duty) => held.has(duty),
    onDuty: (listener) => void dutyListeners.push(listener),
    tell: (topic, text) => {
      const on = client;
      if (on === null) return;
      ask(on, 'select pg_notify($1, $2)', [SAID, JSON.stringify({ from: me, topic, text })]).catch((error: unknown) => lose(on, error));
    },
    hear: (topic, listener) => void ears.set(topic, [...(ears.get(topic) ?? []), listener]),
    onReunion: (listener) => void reunions.push(listener),
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await beating;
      await last;
      const ours = client;
      client = null;
      held.clear();
      await ours?.end().catch(() => {});
    },
  };
}
