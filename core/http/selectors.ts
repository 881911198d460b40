/** The selectors of a rule's head; commas within parentheses part none. */
export const selectorsOf = (head: string): readonly string[] => (head.includes('(') ? partsOf(head, ',') : head.split(','));

/** Parts of a selector between these signs, where they stand outside of parentheses and brackets. */
export function partsOf(selector: string, signs: string): readonly string[] {
  const found = [''];
  let depth = 0;
  for (const sign of selector) {
    if (sign === '(' || sign === '[') depth += 1;
    if (sign === ')' || sign === ']') depth -= 1;
    if (depth === 0 && signs.includes(sign)) found.push('');
    else found[found.length - 1] += sign;
  }
  return found;
}
