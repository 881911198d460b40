/** Acts that a key of its own does, each called by the key it has unless an agent chose another. */
export const KEY_ACTS = [
  'j',
  'k',
  'o',
  'r',
  'R',
  'n',
  'f',
  'e',
  'a',
  'h',
  'i',
  's',
  'l',
  'L',
  'v',
  'x',
  'X',
  'u',
  'c',
  'b',
  '!',
  '#',
  'z',
  '/',
  '?',
] as const;
export type KeyAct = (typeof KEY_ACTS)[number];

/** What an agent chose: only acts whose key is another than the usual one; '' = no key does it. */
export type OwnKeys = Readonly<Partial<Record<KeyAct, string>>>;

/** The key of an act; '' = none. */
export const keyOf = (own: OwnKeys, act: KeyAct): string => own[act] ?? act;

/** Which act a pressed key means, where it is not the usual one; '' = none. The browser's script asks this. */
export function pressedKeys(own: OwnKeys): Readonly<Record<string, string>> {
  const pressed: Record<string, string> = {};
  for (const act of KEY_ACTS) if (act in own) pressed[act] = '';
  for (const act of KEY_ACTS) if (own[act]) pressed[own[act]] = act;
  return pressed;
}

export type KeyProblem = { readonly kind: 'wrong' } | { readonly kind: 'taken'; readonly by: KeyAct };

/** What is wrong with the keys of acts: one sign each that is no space, and none twice. */
export function keyProblems(own: OwnKeys): ReadonlyMap<KeyAct, KeyProblem> {
  const problems = new Map<KeyAct, KeyProblem>();
  for (const act of KEY_ACTS) {
    const key = keyOf(own, act);
    const by = KEY_ACTS.find((other) => other !== act && key !== '' && keyOf(own, other) === key);
    if (key !== '' && !/^[^\s\p{C}]$/u.test(key)) problems.set(act, { kind: 'wrong' });
    else if (by !== undefined) problems.set(act, { kind: 'taken', by });
  }
  return problems;
}

/** Stored as JSON; '' = the usual ones. What is not known any more is left out. */
export function readKeys(stored: string): OwnKeys {
  const said: unknown = stored === '' ? {} : JSON.parse(stored);
  const known = Object.entries(said ?? {}).filter(([act, key]) => isAct(act) && typeof key === 'string' && key !== act);
  return Object.fromEntries(known);
}

export const writeKeys = (own: OwnKeys): string => {
  const changed = Object.entries(own).filter(([act, key]) => key !== act);
  return changed.length === 0 ? '' : JSON.stringify(Object.fromEntries(changed));
};

const isAct = (text: string): text is KeyAct => KEY_ACTS.some((act) => act === text);
