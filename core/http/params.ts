import { z } from 'zod';
import { parseEmailAddress } from '../lib/email-address.ts';
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

const LOCALE_KEY = /^[a-z-]+(\.\w+)+$/;

/** Parses a form. Throws InvalidError with, for each wrong field, the locale key that the schema names as message. */
export function readForm<T>(schema: z.ZodType<T>, form: unknown): T {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const name = issue.path.map(String).join('.') || 'form';
    fields[name] ??= LOCALE_KEY.test(issue.message) ? issue.message : 'forms.wrong';
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

/** A switch: sent as "off" and, when it is on, as "on" beside it. */
export const switchField = z.preprocess((value) => [value].flat().at(-1), z.enum(['on', 'off'])).transform((value) => value === 'on');

/** An e-mail address in the form we store. */
export const emailField = z.string().transform((text, check) => {
  const email = parseEmailAddress(text);
  if (email) return email;
  check.addIssue({ code: 'custom', message: text.trim() === '' ? 'forms.required' : 'forms.email' });
  return z.NEVER;
});

/** A new password typed twice; the rules for passwords are checked by the verb. */
export const newPasswordFields = { password: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long'), repeat: z.string() };

export const samePasswords = (form: { password: string; repeat: string }): boolean => form.password === form.repeat;

/** For `z.object({...newPasswordFields}).refine(samePasswords, REPEAT_PROBLEM)`. */
export const REPEAT_PROBLEM = { path: ['repeat'], message: 'forms.repeat' };

/** Runs `work`; when a field is wrong, draws the form again with the text for each field instead. */
export async function orRedraw(
  ctx: PageContext,
  work: () => Promise<void>,
  redraw: (errors: Record<string, string>) => void | Promise<void>,
  /** Where the page is in another language than the visitor's. */
  t: PageContext['t'] = ctx.t,
) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    await redraw(Object.fromEntries(Object.entries(error.fields).map(([field, key]) => [field, t(key, error.values)])));
  }
}

/** What was typed in a field, to show it again: '' when it is no text. */
export function typedText(ctx: PageContext, name: string): string {
  const value = ctx.form[name];
  return typeof value === 'string' ? value.slice(0, 100_000) : '';
}

/** The same for several fields. Never pass a password. */
export function typed(ctx: PageContext, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, typedText(ctx, name)]));
}
