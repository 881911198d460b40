import { partsOf, selectorsOf } from './selectors.ts';

const NEIGHBOURS = /:(?:first|last|only|nth)-|:empty|:has\(|\[class/;

/**
 * Whether the selector is about elements of any kind, beside or below one that depends on its neighbours or its contents: `.a > * + *`,
 * `.b:last-child > *`. A browser looks up what a change may concern by classes, names and attributes, and where a rule names none it finds
 * the styles of everything there anew: each row that came in restyled the page.
 */
export function restylesAll(selector: string): boolean {
  const compounds = partsOf(selector.trim().replaceAll(/\s*([>+~])\s*/g, '$1'), ' >+~');
  const subject = compounds.at(-1) ?? '';
  if (isNamed(subject)) return false;
  const before = selector.trim().slice(0, -subject.length);
  return NEIGHBOURS.test(before) || /[+~]\s*$/.test(before);
}

/** That it says what kind of element it is about; of alternatives, each must. */
function isNamed(compound: string): boolean {
  const [, list, rest = ''] = /:(?:is|where)\((.*)\)(.*)$/.exec(compound) ?? [];
  if (list !== undefined && selectorsOf(list).every((one) => isNamed(one.trim()))) return true;
  const plain = (list === undefined ? compound : compound.slice(0, compound.indexOf(':')) + rest).replaceAll(
    /::?[a-z-]+(?:\([^)]*\)+)?/g,
    '',
  );
  return /[a-z.#[]/i.test(plain);
}
