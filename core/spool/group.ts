import type { SpoolRow } from './types.ts';
import type { Writer } from './writer-thread.ts';

/** Group commit: everything asked for while one commit is on its way to the disk goes into the next one. */
export interface Group {
  /** On disk when it returns. */
  insert(row: SpoolRow): Promise<void>;
  forget(ids: readonly string[]): Promise<void>;
}

interface Waiting {
  readonly rows: readonly SpoolRow[];
  readonly forget: readonly string[];
  readonly done: PromiseWithResolvers<void>;
}

/** `onKept` runs after each commit that held at least one row. */
export function createGroup(writer: Writer, onKept: () => void): Group {
  let queue: Waiting[] = [];
  let isRunning = false;

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      const rows = batch.flatMap((one) => one.rows);
      try {
        await writer.ask({ do: 'write', rows, forget: batch.flatMap((one) => one.forget) }, rows.flatMap(bufferOf));
        for (const { done } of batch) done.resolve();
        if (rows.length > 0) onKept();
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    isRunning = false;
  };

  const add = (rows: readonly SpoolRow[], forget: readonly string[]): Promise<void> => {
    const done = Promise.withResolvers<void>();
    queue.push({ rows, forget, done });
    if (!isRunning) {
      isRunning = true;
      // One turn of the loop later: mails whose last bytes arrived together share the first commit, too.
      setImmediate(run);
    }
    return done.promise;
  };

  return { insert: (row) => add([row], []), forget: (ids) => (ids.length === 0 ? Promise.resolve() : add([], ids)) };
}

const bufferOf = ({ body }: SpoolRow): readonly ArrayBuffer[] => (body?.buffer instanceof ArrayBuffer ? [body.buffer] : []);
