import { setTimeout as wait } from 'node:timers/promises';
import { claimIfFree, seatsOf } from '../db/only-process.ts';
import { registerSpooled } from '../ingest/register.ts';
import { errorFacts } from '../lib/log.ts';
import { hasRests } from '../spool/count.ts';
import { openSpool } from '../spool/spool.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

const LOOK_MS = 2_000;
const BATCH = 50;

type Parts = Pick<Foundation, 'config' | 'seat' | 'scope' | 'blobs' | 'log'>;

/** Every two seconds: what a process had kept when it died is carried on by another, unless it is back already. */
export function takeUpRests(parts: Parts, shutdown: Shutdown): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      for (const dir of seatsOf(parts.config.dataDir)) if (dir !== parts.seat.dir) await takeUp(parts, dir, signal).catch(report);
      await wait(LOOK_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const report = (error: unknown): void => parts.log.error('rests_not_taken_up', errorFacts(error));
  const running = run();
  shutdown.add('rests', async () => {
    stopping.abort();
    await running;
  });
}

async function takeUp({ scope, blobs, log }: Parts, dir: string, signal: AbortSignal): Promise<void> {
  const claim = claimIfFree(dir);
  if (claim === null) return;
  try {
    if (!hasRests(dir)) return;
    const spool = await openSpool({ dir, log, onFatal: (error) => log.error('rests_unreadable', { dir, ...errorFacts(error) }) });
    try {
      let moved = 0;
      for (let now = BATCH; now > 0 && !signal.aborted; moved += now) now = await registerSpooled({ scope, spool, blobs, log }, BATCH);
      log.warn('rests_taken_up', { dir, moved });
    } finally {
      await spool.close();
    }
  } finally {
    claim.release();
  }
}
