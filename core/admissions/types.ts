import type { Id } from '../lib/ids.ts';

export const VERDICTS = ['deny', 'allow'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What of a sending machine a rule is about: its address, the name it greets with, the envelope sender. */
export const SUBJECTS = ['network', 'helo', 'sender'] as const;
export type Subject = (typeof SUBJECTS)[number];

export type AdmissionId = Id<'admissions'>;

/** One line of the list of who is refused and who is always let in. */
export interface AdmissionRule {
  readonly id: AdmissionId;
  readonly verdict: Verdict;
  readonly subject: Subject;
  /** Normalised: `192.0.2.0/24`, a host name or domain (its subdomains included), or an address. */
  readonly value: string;
  /** For colleagues; the sender is not told. */
  readonly reason: string;
  readonly hits: number;
  readonly lastHitAt: Date | null;
  readonly createdAt: Date;
}

/** More would be a job for the mail server in front. */
export const MAX_RULES = 5000;
