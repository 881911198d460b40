import { z } from 'zod';
import { InvalidError } from '../../core/lib/errors.ts';

export interface Settings {
  /** After his first words a visitor is asked for his name and e-mail. */
  readonly asksData: boolean;
  /** While they are asked for: nobody hears him before he gave them. */
  readonly needsData: boolean;
}

const SCHEMA = z.object({ asksData: z.boolean('wrong_switch').default(true), needsData: z.boolean('wrong_switch').default(false) });

/** The message of each rule is a key under `problems.` in the locales. */
export function readSettings(raw: Readonly<Record<string, unknown>>): Settings {
  const parsed = SCHEMA.safeParse(raw);
  if (!parsed.success)
    throw new InvalidError(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  return parsed.data;
}
