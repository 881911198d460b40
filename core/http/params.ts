import { z } from 'zod';
import { AppError, InvalidError, NotFoundError } from '../lib/errors.ts';
import { type Id, parseId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import type { PageContext } from './context.ts';

/** Something in the address is not what the route takes; a browser following our links never causes it. */
export class BadRequestError extends AppError {
  constructor(message: string) {
    super('bad_request', 400, message);
  }
}

/** The id in the path. A text that is no id looks the same as an id that does not exist. */
export function idParam<Table extends string>(ctx: PageContext, table: Table, name = 'id'): Id<Table> {
  const id = parseId<Table>(ctx.params[name]);
  if (id === null) throw new NotFoundError(table);
  return id;
}

/** One value of the query, trimmed and storable; '' when absent. Throws BadRequestError when it is given twice or too long. */
export function queryText(ctx: PageContext, name: string, maxChars = 500): string {
  const value = ctx.query[name];
  if (value === undefined) return '';
  if (typeof value !== 'string' || value.length > maxChars) throw new BadRequestError(`"${name}" in the address is wrong`);
  return storable(value).trim();
}

/** Parses a form. Throws InvalidError with, for each wrong field, the locale key that the schema names as message. */
export function readForm<T>(schema: z.ZodType<T>, form: unknown): T {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const name = issue.path.map(String).join('.') || 'form';
    fields[name] ??= issue.code === 'invalid_type' || issue.code === 'invalid_value' ? 'forms.required' : issue.message;
  }
  throw new InvalidError(fields);
}

/** One line that a person typed: trimmed, storable, 1 to `maxChars` characters. */
export const lineField = (maxChars = 200) =>
  z
    .string()
    .transform((text) => storable(text).replace(/\s+/g, ' ').trim())
    .pipe(z.string().min(1, 'forms.required').max(maxChars, 'forms.too_long'));

/** Like `lineField`, but may be empty or absent. */
export const optionalLineField = (maxChars = 200) =>
  z
    .string()
    .default('')
    .transform((text) => storable(text).replace(/\s+/g, ' ').trim())
    .pipe(z.string().max(maxChars, 'forms.too_long'));
