import { PassThrough } from 'node:stream';
import type { PageContext } from './context.ts';

const MAX_UNREAD_BYTES = 64 * 1024;

/** Server-sent events to one browser (HTML standard §9.2). */
export interface EventStream {
  /** Nothing once it has ended; a browser that does not read is let go. */
  write(frame: string): void;
  end(): void;
}

/** Answers with a stream that stays open; `beat` is called every `beatMs` before an empty frame, `onEnd` once when it is over. */
export function openEventStream(ctx: PageContext, beatMs: number, beat: () => void, onEnd: () => void): EventStream {
  const body = new PassThrough();
  ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  ctx.body = body;
  ctx.req.socket.setTimeout(0);
  const end = (): void => void body.end();
  const write = (frame: string): void => {
    if (body.destroyed || body.writableEnded) return;
    if (body.writableLength > MAX_UNREAD_BYTES) end();
    else body.write(frame);
  };
  const timer = setInterval(() => {
    beat();
    write(':\n\n');
  }, beatMs);
  body.once('close', () => {
    clearInterval(timer);
    onEnd();
  });
  ctx.res.once('close', () => body.destroy());
  return { write, end };
}
