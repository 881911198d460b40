import type { ImapFlow } from 'imapflow';

/** Rings when something waits to be put into the account, or a watched folder has news. */
export interface Bell {
  isRung: boolean;
  /** Folders that have news. */
  readonly paths: Set<string>;
  onRing: () => void;
}

export const newBell = (): Bell => ({ isRung: false, paths: new Set(), onRing: () => {} });

export function ring(bell: Bell, path?: string): void {
  if (path === undefined) bell.isRung = true;
  else bell.paths.add(path);
  bell.onRing();
}

/** Listens on the open folder (IDLE): resolves when something came, the connection ended, it rang or the time is over. */
export async function newsOf(client: ImapFlow, timeMs: number, signal: AbortSignal, bell: Bell = newBell()): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const timer = setTimeout(wake, timeMs);
  client.on('exists', wake).on('close', wake);
  signal.addEventListener('abort', wake, { once: true });
  bell.onRing = wake;
  if (bell.isRung || bell.paths.size > 0 || signal.aborted) wake();
  // Whatever is asked next ends it.
  client.idle().catch(() => {});
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    client.off('exists', wake).off('close', wake);
    signal.removeEventListener('abort', wake);
    bell.onRing = () => {};
  }
}

/** Of a connection that was lost while nobody asked for anything. */
export function expectUsable(client: ImapFlow): void {
  if (!client.usable) throw Object.assign(new Error('The connection ended'), { code: 'EConnectionClosed' });
}
