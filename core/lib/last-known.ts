import { within } from './within.ts';

/**
 * What `ask` answers within `limitMs`, else what it answered last: for whoever has to go on while that is away. Rejects when it never answered. It
 * is asked once at the beginning.
 */
export function lastKnown<T>(ask: () => Promise<T>, limitMs: number): () => Promise<T> {
  let known: { readonly answer: T } | null = null;
  const fresh = async (): Promise<T> => {
    const answer = await ask();
    known = { answer };
    return answer;
  };
  fresh().catch(() => {});
  return async () => {
    try {
      return await within(limitMs, fresh(), () => {
        throw new Error(`no answer within ${limitMs / 1000} seconds`);
      });
    } catch (error) {
      if (known === null) throw error;
      return known.answer;
    }
  };
}
