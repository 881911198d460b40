/** What the work answers, or, when that takes longer, what `late` answers or raises. Nothing stops the work: it goes on unheard. */
export async function within<T>(limitMs: number, work: Promise<T>, late: () => T): Promise<T> {
  const limit = Promise.withResolvers<null>();
  const timer = setTimeout(() => limit.resolve(null), limitMs);
  try {
    const answer = await Promise.race([work.then((value) => ({ value })), limit.promise]);
    return answer === null ? late() : answer.value;
  } finally {
    clearTimeout(timer);
  }
}
