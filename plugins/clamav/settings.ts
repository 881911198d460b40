import { z } from 'zod';
import { InvalidError } from '../../core/lib/errors.ts';
import { hostsField, numberField } from '../../core/lib/service-fields.ts';
import { parseHosts, type ServiceHost } from '../../core/lib/service-host.ts';
import type { ServerValues } from '../../core/plugins/contract.ts';
import { DEFAULT_PORT } from './client/ask.ts';

export interface ClamavSettings {
  /** Tried in this order; empty = what CENTRALA_CLAMD says. */
  readonly hosts: readonly ServiceHost[];
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const SCHEMA = z.object({
  hosts: hostsField('hosts', DEFAULT_PORT),
  timeoutSeconds: numberField('timeout_seconds', 1, 25).default(20),
  maxMb: numberField('max_mb', 1, 1024).default(25),
});

/** Types stored or posted values. Throws InvalidError whose fields hold keys under `problems.`. */
export function readClamavSettings(raw: Readonly<Record<string, unknown>>): ClamavSettings {
  const parsed = SCHEMA.safeParse(raw);
  if (!parsed.success)
    throw new InvalidError(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  const { hosts, maxMb, timeoutSeconds } = parsed.data;
  return { hosts, maxBytes: maxMb * 1024 * 1024, timeoutMs: timeoutSeconds * 1000 };
}

/** The form's hosts come first, then CENTRALA_CLAMD. */
export function hostsOf(settings: ClamavSettings, server: ServerValues): readonly ServiceHost[] {
  if (settings.hosts.length > 0) return settings.hosts;
  const named = server['clamd'] ?? 'off';
  return named === 'off' ? [] : (parseHosts(named, DEFAULT_PORT) ?? []);
}
