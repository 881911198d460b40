import { z } from 'zod';

const LIMIT_MS = 10_000;
const MAX_BYTES = 65_536;

/** What the address answers: `{"versions": [{"version": "1.2.3"}]}`, in any order; more members are left alone. */
const ANSWER = z.object({ versions: z.array(z.object({ version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/) })).max(1_000) });

/**
 * The newest version that the address tells of; null = it tells of none. An ordinary GET: nothing of this installation is in it, not its version
 * either. Redirects are not followed. Raises what went wrong.
 */
export async function newestAt(url: string): Promise<string | null> {
  const headers = { Accept: 'application/json', 'User-Agent': 'Centrala' };
  const answer = await fetch(url, { headers, redirect: 'error', credentials: 'omit', signal: AbortSignal.timeout(LIMIT_MS) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const { versions } = ANSWER.parse(JSON.parse(await bounded(answer)));
  return versions.map(({ version }) => version).sort(byAge)[0] ?? null;
}

async function bounded(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > MAX_BYTES) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** Orders the newest first, number by number. */
function byAge(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const [at, number] of right.entries()) if (number !== left[at]) return number - (left[at] ?? 0);
  return 0;
}

export const isNewer = (one: string, than: string): boolean => byAge(one, than) < 0;
