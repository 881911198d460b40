import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { HttpClient } from './http-client.ts';

export interface LiveWatcher {
  /** Frames heard so far; that a stream opened counts, since the browser then asks for everything it shows. */
  heard(): number;
  /** How often a stream broke off. */
  lost(): number;
}

/** A browser's EventSource that goes to the next address when one does not answer, as behind a proxy. */
export function liveWatcher(t: ExecutionContext<unknown>, bases: readonly string[], { cookies }: HttpClient): LiveWatcher {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const over = new AbortController();
  t.teardown(() => over.abort());
  let [heard, lost] = [0, 0];
  const listen = async (base: string): Promise<void> => {
    const { body, status } = await fetch(`${base}/live`, { headers: { cookie }, signal: over.signal });
    if (status !== 200 || body === null) throw new Error(`/live answered ${status}`);
    for await (const chunk of body.pipeThrough(new TextDecoderStream()))
      heard += chunk.split('\n').filter((line) => line === 'event: opened' || line === 'event: changed').length;
  };
  const run = async (): Promise<void> => {
    for (let at = 0; !over.signal.aborted; at += 1) {
      const before = heard;
      await listen(bases[at % bases.length] ?? '').catch(() => {});
      if (heard > before) lost += 1;
      await wait(100, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  void run();
  return { heard: () => heard, lost: () => lost };
}
