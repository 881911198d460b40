import type { Health } from '../../../core/plugins/contract.ts';
import type { CurrentCertificate } from './keep-current.ts';

const DAY_MS = 86_400_000;
/** So many days before a certificate ends somebody is told, the last time urgently. */
const WARN_DAYS = [3, 14, 30] as const;
const URGENT_DAYS = 3;

/** The smallest of the warning's days that the end is within; null = there is time. */
export const endsWithin = (expiresAt: Date, now: Date): number | null =>
  WARN_DAYS.find((days) => expiresAt.getTime() - now.getTime() <= days * DAY_MS) ?? null;

/** What is to be said of the certificate; null = nothing. */
export function certificateHealth(certificate: Pick<CurrentCertificate, 'current' | 'problem'>, now: Date): Health | null {
  const { expiresAt } = certificate.current();
  const days = endsWithin(expiresAt, now);
  const detail = expiresAt.toISOString().slice(0, 10);
  if (expiresAt <= now) return { state: 'failing', problem: 'certificate_expired', detail, isUrgent: true };
  if (certificate.problem() !== null) return { state: 'failing', problem: 'certificate_unusable', detail: certificate.problem() };
  return days === null ? null : { state: 'ok', problem: 'certificate_ends_soon', detail, isUrgent: days <= URGENT_DAYS };
}
