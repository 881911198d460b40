import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { type LoadMail, sendOver } from './smtp-load.ts';

export const BIURO = 'biuro@firma.test';

/** Mostly small ones, one in 20 of 60 KB, one in 50 so large that it is spooled as a file. Each has a Message-ID of its own. */
export function numberedMail(n: number): LoadMail {
  const size = n % 50 === 0 ? 300_000 : n % 20 === 0 ? 60_000 : 200 + ((n * 37) % 6000);
  const line = `${'Zażółć gęślą jaźń '.repeat(4)}\r\n`;
  const head = `From: Klient <customer${n % 50}@klient.test>\r\nTo: ${BIURO}\r\nSubject: Sprawa ${n}\r\nMessage-ID: <numbered-${n}@klient.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n`;
  return { to: BIURO, message: Buffer.from(head + line.repeat(Math.ceil(size / line.length))) };
}

export interface StubbornSenders {
  /** Mails that were answered with 250 so far. */
  kept(): number;
  /** When every mail has its 250. */
  readonly done: Promise<unknown>;
  /** What was answered instead of 250, by the first 9 characters: how often. */
  readonly refusals: ReadonlyMap<string, number>;
}

/** Mail servers that repeat what got no 250, as RFC 5321 §4.5.4.1 asks, until each of `count` mails has its own. Of several ports the next is tried, as among MX hosts. */
export function stubbornSenders(
  t: ExecutionContext<unknown>,
  port: number | readonly number[],
  count: number,
  connections = 8,
): StubbornSenders {
  const ports = typeof port === 'number' ? [port] : port;
  const left = new Set(Array.from({ length: count }, (_, n) => n));
  const refusals = new Map<string, number>();
  let isOver = false;
  t.teardown(() => {
    isOver = true;
    if (left.size > 0) t.log(`${left.size} of ${count} mails have no 250; other answers: ${JSON.stringify([...refusals])}`);
  });
  const sender = async (share: number): Promise<void> => {
    for (let round = share; !isOver; round += 1) {
      const mine = [...left].filter((n) => n % connections === share).slice(0, Math.ceil(40 / ports.length));
      if (mine.length === 0) return;
      await sendOver(ports[round % ports.length] ?? 0, mine.map(numberedMail), (index, reply) => {
        if (reply.startsWith('250 2.0.0 kept as ')) left.delete(mine[index] ?? -1);
        else refusals.set(reply.slice(0, 9), (refusals.get(reply.slice(0, 9)) ?? 0) + 1);
      });
      await wait(5);
    }
  };
  const done = Promise.all(Array.from({ length: connections }, (_, share) => sender(share)));
  return { kept: () => count - left.size, done, refusals };
}
