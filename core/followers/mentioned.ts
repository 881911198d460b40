/** Somebody whom a note may name. */
interface Person<Id> {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
}

/** Those whom a text names as "@First Last" or "@e-mail", whatever the case: "@Jan Kos" is not in "@Jan Kosowski", nor in "x@Jan Kos". */
export function mentionedIn<Id>(text: string, people: readonly Person<Id>[]): readonly Id[] {
  const plain = text.replace(/\s+/g, ' ').toLowerCase();
  return people.filter(({ name, email }) => [name, email].some((word) => names(plain, word.toLowerCase()))).map(({ id }) => id);
}

function names(text: string, word: string): boolean {
  if (word.trim() === '') return false;
  for (let at = text.indexOf(`@${word}`); at >= 0; at = text.indexOf(`@${word}`, at + 1)) {
    const [before, after] = [text.slice(0, at).at(-1) ?? ' ', text.slice(at + word.length + 1)];
    if (!/[\p{L}\p{N}]/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}
