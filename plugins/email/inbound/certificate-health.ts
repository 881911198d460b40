import { type CurrentCertificate, endsWithin } from '../../../core/lib/keep-certificate.ts';
import type { Health } from '../../../core/plugins/contract.ts';

const URGENT_DAYS = 3;

/** What is to be said of the certificate; null = nothing. */
export function certificateHealth(certificate: Pick<CurrentCertificate, 'current' | 'problem'>, now: Date): Health | null {
  const { expiresAt } = certificate.current();
  const days = endsWithin(expiresAt, now);
  const detail = expiresAt.toISOString().slice(0, 10);
  if (expiresAt <= now) return { state: 'failing', problem: 'certificate_expired', detail, isUrgent: true };
  if (certificate.problem() !== null) return { state: 'failing', problem: 'certificate_unusable', detail: certificate.problem() };
  return days === null ? null : { state: 'ok', problem: 'certificate_ends_soon', detail, isUrgent: days <= URGENT_DAYS };
}
