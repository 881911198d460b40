import { z } from 'zod';
import { type Id, MAX_ID } from '../lib/ids.ts';
import { LIST_LIMIT_MAX } from './paging.ts';

/** Answer schemas under the names they have in the OpenAPI document. */
export const components = z.registry<{ id: string }>();

/** Gives a schema its name in the OpenAPI document; names are unique. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  components.add(schema, { id });
  return schema;
}

/** ISO-8601 in UTC with milliseconds: "2026-11-24T09:00:00.000Z". */
export const instant = z.iso.datetime();
const MOMENT = 'must be a moment such as 2026-11-24T09:00:00Z or 2026-11-24T11:00:00+02:00';
/** One that comes in: in UTC or with its offset from it. */
export const givenInstant = z.iso.datetime({ offset: true, error: ({ code }) => (code === 'invalid_format' ? MOMENT : undefined) });
export const id = z.int().positive();

export const address = named('Address', z.strictObject({ address: z.string(), name: z.string().nullable() }));

export const problem = named(
  'Problem',
  z.strictObject({
    code: z.string().describe('Stable, snake_case: what a script should branch on.'),
    message: z.string().describe('One English sentence; may change.'),
    help: z.string().nullable().describe('What to do next, or null.'),
    fields: z
      .record(z.string(), z.string())
      .optional()
      .describe('Name of each wrong field of the query or body, and what is wrong with it.'),
    reference: z.string().optional().describe('With code "internal": what to look for in the log.'),
  }),
);

/** A page of a keyset list. */
export function pageOf<T extends z.ZodType>(name: string, item: T) {
  return named(
    name,
    z.strictObject({ items: z.array(item), next: z.string().nullable().describe('Cursor of the following page; null at the end.') }),
  );
}

/** A number in a query. */
export const numberText = (min: number, max: number) =>
  z.coerce.number(`must be a whole number from ${min} to ${max}`).int().min(min).max(max);

/** An id that came from outside: it may be taken for one of any table, and stands for nothing until it is looked up. */
export type GivenId = Id<never>;

const given = (value: number): GivenId => value as GivenId;

/** An id in a query. */
export const idText = numberText(1, MAX_ID).transform(given);
/** An id in a body. */
export const idNumber = z.int().min(1).max(MAX_ID).transform(given);

/** `limit` and `cursor` of every list. */
export const paging = {
  limit: numberText(1, LIST_LIMIT_MAX).default(50).describe(`Items in a page, 1 to ${LIST_LIMIT_MAX}; 50 unless told.`),
  cursor: z.string().max(500).optional().describe('`next` of the page before.'),
};
