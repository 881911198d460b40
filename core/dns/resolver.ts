import { Resolver } from 'node:dns/promises';
import type { Dns, DnsAnswer, DnsType } from '../lib/dns.ts';
import { keepNewest } from '../lib/keep-newest.ts';
import { within } from '../lib/within.ts';

export interface DnsOptions {
  /** `ip` or `ip:port`, IPv6 with a port as `[ip]:port`; empty = the system's. */
  readonly servers: readonly string[];
  /** For one question, all servers and repetitions together. */
  readonly timeLimitMs?: number;
  /** How many answers are remembered; the one not asked for the longest goes first. */
  readonly maxAnswers?: number;
  readonly now?: () => number;
}

const REMEMBERED_MS = { found: 300_000, missing: 60_000, failed: 5_000, dead: 30_000 };
const TRY_MS = 1500;
const TRIES = 2;
/** RFC 1035 §2.3.4; anything longer needs no question. */
const MAX_NAME_CHARS = 253;
/** A hostile zone may answer with thousands of records. */
const MAX_RECORDS = 100;

/**
 * A resolver of its own: other parts of the process keep the system's. When no server is there at all, questions fail at once until one
 * answers again, which is tried every half minute beside them, so that mail on a machine without DNS never waits for it. Throws when a server is no address.
 */
export function createDns(options: DnsOptions): Dns {
  const { servers, timeLimitMs = 4000, maxAnswers = 2000, now = Date.now } = options;
  const known = new Map<string, { readonly until: number; readonly answer: DnsAnswer<DnsType> }>();
  const asking = new Map<string, Promise<DnsAnswer<DnsType>>>();
  let isDead = false;
  let isProbing = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);

  const remember = (key: string, answer: DnsAnswer<DnsType>): void => {
    keepNewest(known, key, { answer, until: now() + REMEMBERED_MS[answer.state] }, maxAnswers);
  };

  const ask = async (name: string, type: DnsType): Promise<DnsAnswer<DnsType>> => {
    if (isDead) {
      if (now() - probedAt > REMEMBERED_MS.dead) void probe();
      return DEAD;
    }
    const answer = await askOnce(name, type);
    // One name's own servers may be silent; only when the root has no answer either is nobody there.
    if (isFromNobody(answer)) void probe();
    return answer;
  };

  const probe = async (): Promise<void> => {
    if (isProbing) return;
    isProbing = true;
    isDead = isFromNobody(await askOnce(ROOT, 'NS'));
    probedAt = now();
    isProbing = false;
  };

  const askOnce = (name: string, type: DnsType): Promise<DnsAnswer<DnsType>> =>
    within(timeLimitMs, answerOf(resolver, name, type), () => LATE);

  const lookup = (name: string, type: DnsType): Promise<DnsAnswer<DnsType>> => {
    const asked = name.replace(/\.$/, '').toLowerCase();
    if (asked === '' || asked.length > MAX_NAME_CHARS) return Promise.resolve({ state: 'missing', name: false });
    const key = `${type} ${asked}`;
    const remembered = known.get(key);
    if (remembered && remembered.until > now()) return Promise.resolve(remembered.answer);
    const running = asking.get(key);
    if (running) return running;
    const answer = ask(asked, type).then((one) => {
      // Unless it was asked before `forget`.
      if (asking.get(key) === answer) {
        asking.delete(key);
        remember(key, one);
      }
      return one;
    });
    asking.set(key, answer);
    return answer;
  };

  const forget = (): void => {
    known.clear();
    asking.clear();
    isDead = false;
  };

  return { servers, lookup: lookup as Dns['lookup'], forget };
}

/** What every server that works at all answers, somehow: the root (RFC 1035 §3.1). */
const ROOT = '.';
const NO_SERVER: ReadonlySet<string> = new Set(['ETIMEOUT', 'ECONNREFUSED']);

const LATE: DnsAnswer<DnsType> = { state: 'failed', code: 'ETIMEOUT' };

const DEAD: DnsAnswer<DnsType> = { state: 'failed', code: 'EDEAD' };

const isFromNobody = (answer: DnsAnswer<DnsType>): boolean => answer.state === 'failed' && NO_SERVER.has(answer.code);

async function answerOf(resolver: Resolver, name: string, type: DnsType): Promise<DnsAnswer<DnsType>> {
  try {
    const records: unknown = await resolver.resolve(name, type);
    if (!Array.isArray(records)) return { state: 'failed', code: 'EBADRESP' };
    return { state: 'found', records: records.slice(0, MAX_RECORDS) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
    if (code === 'ENOTFOUND') return { state: 'missing', name: false };
    // A name that no zone can hold.
    if (code === 'EBADNAME') return { state: 'missing', name: false };
    if (code === 'ENODATA') return { state: 'missing', name: true };
    return { state: 'failed', code };
  }
}
