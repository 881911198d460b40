import { z } from 'zod';
import { InvalidError } from '../../core/lib/errors.ts';
import { hostsField, numberField } from '../../core/lib/service-fields.ts';
import type { ServiceHost } from '../../core/lib/service-host.ts';
import { DEFAULT_PORT } from './client/ask.ts';

/** What becomes of a mail that is larger than the limit: not judged, or judged by its beginning. */
export const OVERSIZE = ['skip', 'head'] as const;

export interface SpamAssassinSettings {
  /** Tried in this order; empty = what CENTRALA_SPAMD says. */
  readonly hosts: readonly ServiceHost[];
  /** Whose preferences and Bayes database spamd uses; empty = its own default. */
  readonly user: string;
  readonly maxBytes: number;
  readonly oversize: (typeof OVERSIZE)[number];
  readonly timeoutMs: number;
}

const SCHEMA = z.object({
  hosts: hostsField('hosts', DEFAULT_PORT),
  user: z
    .string('user')
    .trim()
    .regex(/^[A-Za-z0-9._@-]{0,100}$/, 'user')
    .default(''),
  maxKb: numberField('max_kb', 16, 102_400).default(512),
  oversize: z.enum(OVERSIZE, 'oversize_choice').default('skip'),
  timeoutSeconds: numberField('timeout_seconds', 1, 25).default(20),
});

/** Types stored or posted values. Throws InvalidError whose fields hold keys under `problems.`. */
export function readSpamAssassinSettings(raw: Readonly<Record<string, unknown>>): SpamAssassinSettings {
  const parsed = SCHEMA.safeParse(raw);
  if (!parsed.success)
    throw new InvalidError(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  const { hosts, user, maxKb, oversize, timeoutSeconds } = parsed.data;
  return { hosts, user, maxBytes: maxKb * 1024, oversize, timeoutMs: timeoutSeconds * 1000 };
}
