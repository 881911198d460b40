import type { CheckName, CheckResult, CheckState, DnsRecord } from './types.ts';

const MAX_SEEN = 10;
const MAX_SEEN_CHARS = 600;

/** One result; what was seen is a stranger's text and cut to what a page can show. */
export function result(
  name: CheckName,
  state: CheckState,
  finding: string,
  rest: { values?: CheckResult['values']; seen?: readonly string[]; record?: DnsRecord | null } = {},
): CheckResult {
  const seen = (rest.seen ?? []).slice(0, MAX_SEEN).map((text) => text.slice(0, MAX_SEEN_CHARS).toWellFormed());
  return { name, state, finding, values: rest.values ?? {}, seen, record: rest.record ?? null };
}

/** Nobody answered: never a fault of the domain. */
export const noAnswer = (name: CheckName): CheckResult => result(name, 'unknown', 'no_answer');
