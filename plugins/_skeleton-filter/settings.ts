import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { InvalidError } from '../../core/lib/errors.ts';

export interface Settings {
  /** Absolute path of a folder with `words.txt` and `learned` in it. */
  readonly folder: string;
}

/** The message of each rule is a key under `problems.` in the locales. */
const SCHEMA = z.object({
  folder: z
    .string('folder_path')
    .trim()
    .max(1000, 'folder_path')
    .refine((path) => isAbsolute(path) && !path.includes('\0'), 'folder_path'),
});

export function readSettings(raw: Readonly<Record<string, unknown>>): Settings {
  const parsed = SCHEMA.safeParse(raw);
  if (!parsed.success)
    throw new InvalidError(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  return parsed.data;
}
