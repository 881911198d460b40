import { z } from 'zod';

/** The words of RFC 8601 §2.7, the same for every check. */
export const CHECK_RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror'] as const;
export type CheckResultWord = (typeof CHECK_RESULTS)[number];

/** What a domain asks for when DMARC fails (RFC 9989 §4.7). */
export const DMARC_POLICIES = ['none', 'quarantine', 'reject'] as const;

/** Why the visible sender may not be the real one; each has a sentence under `messages.sender.` in the locales. */
export const PRETENCES = ['dmarc', 'unaligned', 'two_authors', 'lookalike', 'our_domain', 'our_name', 'other_address'] as const;
export type Pretence = (typeof PRETENCES)[number];

/** More signatures than this are not looked at. */
export const MAX_SIGNATURES = 10;

const domain = z.string().max(255).nullable();
const result = z.enum(CHECK_RESULTS);

/** As zod fields, so that the REST API describes it in the same words. */
export const AUTHENTICATION_FIELDS = {
  /**
   * `own`: it came from or through a machine of ours that does not say from whom, so SPF can say nothing. `account`: it was fetched from an
   * account, whose server does not say either.
   */
  origin: z.enum(['outside', 'own', 'account']),
  /** The machine outside that sent it; null where that is not known. */
  ip: z.string().max(45).nullable(),
  helo: domain,
  /** Domain of the visible sender; null when there is none or more than one. */
  fromDomain: domain,
  /** Null: not asked. */
  spf: z.object({ result, domain, aligned: z.boolean() }).nullable(),
  dkim: z.array(z.object({ result, domain, selector: domain, aligned: z.boolean() })).max(MAX_SIGNATURES),
  /** Null: nothing can be concluded. */
  dmarc: z.object({ result, policy: z.enum(DMARC_POLICIES).nullable(), domain }).nullable(),
  /** The last machine that passed it on and vouched for it (RFC 8617), and whether its word counts here. */
  arc: z.object({ result, domain, trusted: z.boolean() }).nullable(),
  pretences: z.array(z.enum(PRETENCES)).max(PRETENCES.length),
};

const SCHEMA = z.object(AUTHENTICATION_FIELDS);

/** Who a message really came from, as far as the sender's domain lets one know. Bounded; every text came from outside. */
export type Authentication = Readonly<z.infer<typeof SCHEMA>>;

/** Null for anything that is no such value. */
export function readAuthentication(value: unknown): Authentication | null {
  const parsed = SCHEMA.safeParse(value);
  return parsed.success ? parsed.data : null;
}
