import { z } from 'zod';
import { InvalidError } from '../../core/lib/errors.ts';
import { MAILBOX_SHAPE, type Mailbox, mailboxOf, missingIn, relayOf } from './mailbox/settings.ts';
import { parseRelayUrl, type Relay } from './outbound/relay.ts';

/** Who a customer sees as the sender: "Anna Nowak, Firma" or "Firma". Core decides the text, this says which. */
export const SENDER_NAMES = ['agent-and-company', 'company'] as const;

/** What to do with mail that the domain of its sender disowns (DMARC fails). */
export const ON_DMARC_FAIL = ['tag', 'spam', 'refuse'] as const;

/** What to do with mail in which a virus was found. */
export const ON_VIRUS = ['spam', 'tag'] as const;

/**
 * How mail leaves: through a server of ours or the provider's, straight to the recipient's, or through the account that it is fetched from.
 */
export const ROUTES = ['relay', 'direct', 'mailbox'] as const;

export interface EmailSettings {
  readonly route: (typeof ROUTES)[number];
  /** Present with the route `mailbox` and only then. */
  readonly mailbox: Mailbox | null;
  /** Null with the route `relay`: this inbox only receives. With `mailbox` it is the account's own server. */
  readonly relay: Relay | null;
  /** Used while the first cannot be. */
  readonly secondRelay: Relay | null;
  /** Whether a relay's certificate has to be right; on loopback it never has. */
  readonly checkCertificate: boolean;
  readonly senderName: (typeof SENDER_NAMES)[number];
  /** Whether answers carry `local+r.<token>@domain` in Reply-To, so that mail without threading headers still joins. */
  readonly replyTokens: boolean;
  /** Whether the envelope sender is `local+b.<token>@domain`, so that a bounce names its delivery whatever it quotes. */
  readonly returnTokens: boolean;
  /** `refuse` only what the domain itself asks to refuse; other failures are then tagged. */
  readonly onDmarcFail: (typeof ON_DMARC_FAIL)[number];
  readonly onVirus: (typeof ON_VIRUS)[number];
  /** A filter's points from which mail is shown with a warning, and from which it goes to spam. */
  readonly spamTagScore: number;
  readonly spamScore: number;
}

/**
 * SpamAssassin's own limit is 5, set so that of 2,500 good mails one is above it. There mail gets a warning; it is hidden only at 8,
 * because a customer hidden costs more than an advertisement seen.
 */
export const TAG_SCORE = '5';
export const SPAM_SCORE = '8';

const score = (problem: string, usual: string) =>
  z
    .string(problem)
    .trim()
    .regex(/^\d{1,4}(?:[.,]\d{1,2})?$/, problem)
    .default(usual)
    .transform((text) => Number(text.replace(',', '.')));

const relayField = z
  .string('relay_url')
  .trim()
  .max(2000, 'relay_url')
  .default('')
  .transform((text, context) => {
    const relay = text === '' ? null : parseRelayUrl(text);
    if (relay === undefined) context.addIssue({ code: 'custom', message: 'relay_url' });
    return relay ?? null;
  });

const SCHEMA = z
  .object({
    route: z.enum(ROUTES, 'route').default('relay'),
    relayUrl: relayField,
    secondRelayUrl: relayField,
    checkCertificate: z.boolean('check_certificate').default(true),
    senderName: z.enum(SENDER_NAMES, 'sender_name').default('agent-and-company'),
    replyTokens: z.boolean('reply_tokens').default(true),
    returnTokens: z.boolean('return_tokens').default(true),
    onDmarcFail: z.enum(ON_DMARC_FAIL, 'on_dmarc_fail').default('tag'),
    onVirus: z.enum(ON_VIRUS, 'on_virus').default('spam'),
    spamTagScore: score('spam_tag_score', TAG_SCORE),
    spamScore: score('spam_score', SPAM_SCORE),
    ...MAILBOX_SHAPE,
  })
  .refine(({ spamTagScore, spamScore }) => spamTagScore <= spamScore, { path: ['spamTagScore'], message: 'spam_tag_score_above' });

/** Types stored or posted values. Throws InvalidError whose fields hold keys under `problems.`. */
export function readEmailSettings(raw: Readonly<Record<string, unknown>>): EmailSettings {
  const parsed = SCHEMA.safeParse(raw);
  if (!parsed.success)
    throw new InvalidError(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  const { route, relayUrl, secondRelayUrl, checkCertificate, senderName, replyTokens, returnTokens, onDmarcFail, onVirus, ...others } =
    parsed.data;
  const { spamTagScore, spamScore, ...account } = others;
  const missing = route === 'mailbox' ? missingIn(account) : {};
  if (Object.keys(missing).length > 0) throw new InvalidError(missing);
  const mailbox = route === 'mailbox' ? mailboxOf(account) : null;
  // Providers send only from the very address, and few take mail for an address with a plus.
  const tokens = mailbox ? { replyTokens: false, returnTokens: false } : { replyTokens, returnTokens };
  const relays = mailbox ? { relay: relayOf(mailbox), secondRelay: null } : { relay: relayUrl, secondRelay: secondRelayUrl };
  return { route, mailbox, ...relays, checkCertificate, senderName, ...tokens, onDmarcFail, onVirus, spamTagScore, spamScore };
}
