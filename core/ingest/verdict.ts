import { z } from 'zod';
import { type Authentication, readAuthentication } from '../lib/authentication.ts';

/** `unscored`: a filter was asked and gave no answer; `skipped`: it was not to be asked (the channel, the size, the sender). */
export const SPAM_STATES = ['scored', 'unscored', 'skipped'] as const;
export type SpamState = (typeof SPAM_STATES)[number];

const SYMBOL = z.object({ name: z.string().max(100), score: z.number(), text: z.string().max(500).optional() });
const MAX_SYMBOLS = 100;

/** One thing that a filter noticed and what it adds to the score. */
export type SpamSymbol = Readonly<z.infer<typeof SYMBOL>>;

export interface SpamVerdict {
  readonly state: SpamState;
  /** Null unless scored; higher is worse. */
  readonly score: number | null;
  readonly symbols: readonly SpamSymbol[];
}

/** `unscanned`: a scanner was asked and gave no answer yet; `skipped`: it will never look into it (too large). */
export const VIRUS_STATES = ['clean', 'infected', 'unscanned', 'skipped'] as const;

export interface VirusVerdict {
  readonly state: (typeof VIRUS_STATES)[number];
  /** As the scanner calls it; null unless infected. */
  readonly name: string | null;
}

/** What the judges found out. Null: nobody asked. */
export interface Verdict {
  readonly authentication: Authentication | null;
  readonly spam: SpamVerdict | null;
  /** Absent: nobody asked. */
  readonly virus?: VirusVerdict;
}

export const UNJUDGED: Verdict = { authentication: null, spam: null };

/** The columns of `raw_inbound` that hold a verdict. */
export interface VerdictRow {
  readonly authentication: string | null;
  readonly spam_state: string | null;
  readonly spam_score: number | null;
  readonly spam_report: string | null;
  readonly virus_state: string | null;
  readonly virus_name: string | null;
  readonly judged_at: string | null;
}

/** Null when it was never judged. What cannot be read any more counts as not asked. */
export function verdictFromRow(row: VerdictRow): Verdict | null {
  if (!row.judged_at) return null;
  const virus = virusFromRow(row);
  return { authentication: readAuthentication(parsed(row.authentication)), spam: spamFromRow(row), ...(virus ? { virus } : {}) };
}

/** Null when no filter was asked. */
export function spamFromRow(row: Pick<VerdictRow, 'spam_state' | 'spam_score' | 'spam_report'>): SpamVerdict | null {
  const state = SPAM_STATES.find((one) => one === row.spam_state);
  if (!state) return null;
  const symbols = z.array(SYMBOL).safeParse(parsed(row.spam_report));
  return { state, score: row.spam_score, symbols: symbols.success ? symbols.data : [] };
}

/** Null when no scanner was asked. */
export function virusFromRow(row: Pick<VerdictRow, 'virus_state' | 'virus_name'>): VirusVerdict | null {
  const state = VIRUS_STATES.find((one) => one === row.virus_state);
  return state ? { state, name: row.virus_name } : null;
}

/** Of several things that go together: a virus in one of them is one in all, and what was not scanned stays open. Null when nothing is known of any. */
export const worstOf = (all: readonly (VirusVerdict | null)[]): VirusVerdict | null =>
  (['infected', 'unscanned', 'skipped', 'clean'] as const)
    .map((state) => all.find((one) => one?.state === state))
    .find((one) => one !== undefined) ?? null;

export const rowFromVerdict = ({ authentication, spam, virus }: Verdict): Omit<VerdictRow, 'judged_at'> => ({
  authentication: authentication && JSON.stringify(authentication),
  spam_state: spam?.state ?? null,
  spam_score: spam?.score ?? null,
  spam_report: spam && JSON.stringify(spam.symbols.slice(0, MAX_SYMBOLS)),
  virus_state: virus?.state ?? null,
  virus_name: virus?.name ?? null,
});

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
