import { type LookupAddress, lookup } from 'node:dns';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress, networkList } from '../lib/public-address.ts';

/** What became of a call: null = taken (2xx), else why not, for a person. */
export type Called =
  | { readonly problem: null }
  | { readonly problem: 'address' | 'unreachable' | 'late' | 'status'; readonly detail: string };

export interface Call {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole call. */
  readonly limitMs?: number;
}

const LIMIT_MS = 10_000;

class WrongAddressError extends Error {}

/** Which addresses may be called: those of the public Internet and the networks of `CENTRALA_ALARM_ALLOW`, on whatever port. */
export function allowedAddresses(networks: string): (address: string) => boolean {
  const list = networkList(networks.split(',').flatMap((one) => one.trim().replace(/^([\d.]+(?:\/\d+)?):\d+$/, '$1') || []));
  return (address) => isPublicAddress(address) || (list?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ?? false);
}

/**
 * Calls an address that an administrator typed. The name is looked up once, and only the addresses that were judged are connected to, so that a
 * DNS answer cannot lead into our own network; redirects are not followed, the answer's body is not read. Never rejects.
 */
export async function call(
  { url, method, headers = {}, body, limitMs = LIMIT_MS }: Call,
  isAllowed: (address: string) => boolean,
): Promise<Called> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    const status = await answerOf(new URL(url), { method, headers, body, signal: limit, lookup: guarded(isAllowed) }, isAllowed);
    return status >= 200 && status < 300 ? { problem: null } : { problem: 'status', detail: String(status) };
  } catch (error) {
    if (limit.aborted) return { problem: 'late', detail: `${limitMs / 1000} s` };
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return error instanceof WrongAddressError ? { problem: 'address', detail: error.message } : { problem: 'unreachable', detail: code };
  }
}

interface Options {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
  readonly lookup: LookupFunction;
}

async function answerOf(url: URL, { body, ...options }: Options, isAllowed: (address: string) => boolean): Promise<number> {
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isAllowed(literal)) throw new WrongAddressError(literal);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = (url.protocol === 'https:' ? overHttps : overHttp)(url, { ...options, agent: false }, (answer: IncomingMessage) => {
    resolve(answer.statusCode ?? 0);
    answer.destroy();
  });
  request.once('error', reject);
  request.end(body);
  return promise;
}

const guarded =
  (isAllowed: (address: string) => boolean): LookupFunction =>
  (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? [];
      const wrong = found?.find(({ address }) => !isAllowed(address));
      if (error || !first) return done(error ?? new Error('ENOTFOUND'), '');
      if (wrong) return done(new WrongAddressError(wrong.address), '');
      if (options.all) return done(null, found);
      done(null, first.address, first.family);
    });
  };
