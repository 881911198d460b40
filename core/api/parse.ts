import type { z } from 'zod';
import { AppError, InvalidError } from '../lib/errors.ts';
import { storable } from '../lib/text.ts';

/** The body is not what its Content-Type should say. */
export class JsonNeededError extends AppError {
  constructor() {
    super('media_type', 415, 'The body must be JSON', { help: 'Send the header "Content-Type: application/json".' });
  }
}

/** Parses a query or body; every wrong or unknown field is named in the InvalidError. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input, { error: inWords });
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) fields[[...path, key].join('.')] ??= 'is not known here';
    else fields[path.join('.') || 'body'] ??= issue.message;
  }
  throw new InvalidError(fields);
}

/** What is wrong where the schema itself has no words for it: short, and the same whatever library parses. */
const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'has a form that is not understood';
    case 'too_small':
      return limit('at least', Number(issue.minimum), issue.origin);
    case 'too_big':
      return limit('at most', Number(issue.maximum), issue.origin);
    default:
      return 'is wrong';
  }
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

function limit(side: 'at least' | 'at most', bound: number, origin: string): string {
  const unit = UNITS[origin];
  return unit === undefined ? `must be ${side} ${bound}` : `must have ${side} ${bound} ${unit}${bound === 1 ? '' : 's'}`;
}

/** The query without empty values, and without what no database keeps: "?status=&limit=5" is the same as "?limit=5". */
export const givenOnly = (query: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(query)
      .map(([name, value]) => [name, typeof value === 'string' ? storable(value) : value] as const)
      .filter(([, value]) => value !== ''),
  );
