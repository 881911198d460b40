import { InvalidError } from '../lib/errors.ts';
import { composed, storable } from '../lib/text.ts';
import { MAX_NAME_CHARS } from './types.ts';

/** The name in the form that is stored: one line of 1 to 60 characters. Raises invalid. */
export function checkedName(text: string): string {
  const name = composed(
    storable(text)
      .replace(/[\s\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim(),
    MAX_NAME_CHARS,
  );
  if (name === '') throw new InvalidError({ name: 'forms.required' });
  if (name.length > MAX_NAME_CHARS) throw new InvalidError({ name: 'forms.too_long' });
  return name;
}
