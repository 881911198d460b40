import type { z } from 'zod';
import { AppError, InvalidError } from '../lib/errors.ts';

/** The body is not what its Content-Type should say. */
export class JsonNeededError extends AppError {
  constructor() {
    super('media_type', 415, 'The body must be JSON', { help: 'Send the header "Content-Type: application/json".' });
  }
}

/** Parses a query or body; every wrong or unknown field is named in the InvalidError. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) fields[[...path, key].join('.')] ??= 'is not known here';
    else fields[path.join('.') || 'body'] ??= sentence(issue);
  }
  throw new InvalidError(fields);
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is required';
  return issue.message;
}

/** The query without empty values: "?status=&limit=5" is the same as "?limit=5". */
export const givenOnly = (query: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
