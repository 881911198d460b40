/**
 * Compiles a pattern with * (any letters, also none) and ? (exactly one) into a test of a whole text. All places in the pattern are
 * followed at once, one bit each, so the time is the length of the text times a constant, whatever the pattern (K8). At most 127 places.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const { tokens, loops } = parse(pattern);
  const words = Math.ceil((tokens.length + 1) / 32);
  if (words > 4) throw new RangeError('a pattern has at most 127 places');
  const stays = new Int32Array(words);
  for (const place of loops) set(stays, place);
  const everyone = new Int32Array(words);
  const steps = new Map<number, Int32Array>();
  for (const [at, token] of tokens.entries()) {
    if (token === null) set(everyone, at + 1);
    else set(ensure(steps, token, words), at + 1);
  }
  for (const mask of steps.values()) for (let word = 0; word < words; word += 1) mask[word] = at(mask, word) | at(everyone, word);
  const last = tokens.length;
  const endsAnywhere = loops.has(last);
  const ascii = Array.from({ length: 128 }, (_, code) => steps.get(code) ?? everyone);
  const state = new Int32Array(words);
  return (text) => {
    state.fill(0);
    state[0] = 1;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      const step = code < 128 ? (ascii[code] as Int32Array) : (steps.get(code) ?? everyone);
      let carry = 0;
      let alive = 0;
      for (let word = 0; word < words; word += 1) {
        const now = at(state, word);
        const next = (((now << 1) | carry) & at(step, word)) | (now & at(stays, word));
        carry = now >>> 31;
        state[word] = next;
        alive |= next;
      }
      if (alive === 0) return false;
      if (endsAnywhere && has(state, last)) return true;
    }
    return has(state, last);
  };
}

/** Letters (null = any one), and the places in which a star lets one wait. */
function parse(pattern: string): { readonly tokens: readonly (number | null)[]; readonly loops: ReadonlySet<number> } {
  const tokens: (number | null)[] = [];
  const loops = new Set<number>();
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern.charAt(i);
    if (char === '*') loops.add(tokens.length);
    else tokens.push(char === '?' ? null : pattern.charCodeAt(i));
  }
  return { tokens, loops };
}

const at = (bits: Int32Array, word: number): number => bits[word] ?? 0;
const set = (bits: Int32Array, place: number): void => {
  bits[place >> 5] = at(bits, place >> 5) | (1 << (place & 31));
};
const has = (bits: Int32Array, place: number): boolean => ((at(bits, place >> 5) >>> (place & 31)) & 1) === 1;

function ensure(steps: Map<number, Int32Array>, code: number, words: number): Int32Array {
  const known = steps.get(code) ?? new Int32Array(words);
  steps.set(code, known);
  return known;
}
