import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { type Certificate, type CertificateSource, loadCertificate, versionOf } from './certificate.ts';
import { endsWithin } from './certificate-health.ts';

export interface CurrentCertificate {
  readonly current: () => Certificate;
  /** Why the newest files are not in use, or null. */
  readonly problem: () => string | null;
  stop(): void;
}

/**
 * Holds the certificate and calls `apply` with a new one: looked at every minute and at once on SIGHUP. Files that cannot be used leave
 * the old certificate in place. Thirty, fourteen and three days before its end the log says so. Throws AppError `settings` when there is none to begin with.
 */
export async function keepCurrent(
  host: ChannelHost,
  source: CertificateSource,
  apply: (certificate: Certificate) => void,
): Promise<CurrentCertificate> {
  let version = await versionOf(source);
  let certificate = await loadCertificate(source, host.now());
  if (source.kind === 'own') version = await versionOf(source);
  let problem: string | null = null;
  let isStopped = false;

  const look = async (): Promise<void> => {
    const seen = await versionOf(source);
    if (isStopped || (source.kind === 'files' && seen === version)) return;
    version = seen;
    try {
      const next = await loadCertificate(source, host.now());
      problem = null;
      if (next.cert === certificate.cert && next.key === certificate.key) return;
      certificate = next;
      apply(next);
      host.log.info('smtp_certificate_changed', { expiresAt: next.expiresAt.toISOString() });
    } catch (error) {
      problem = errorFacts(error).error;
      host.log.error('smtp_certificate_unusable', errorFacts(error));
    }
  };
  // Once for each of its days, not every minute.
  let told = { certificate, days: Number.POSITIVE_INFINITY };
  const warn = (): void => {
    const days = endsWithin(certificate.expiresAt, host.now());
    const before = told.certificate === certificate ? told.days : Number.POSITIVE_INFINITY;
    if (days === null || days >= before) return;
    told = { certificate, days };
    host.log.warn('smtp_certificate_ends_soon', { days, expiresAt: certificate.expiresAt.toISOString() });
  };
  warn();
  const onHangup = (): void => {
    look().catch((error: unknown) => host.log.error('smtp_certificate_unusable', errorFacts(error)));
  };
  host.every('20 * * * * *', () => look().finally(warn));
  process.on('SIGHUP', onHangup);
  return {
    current: () => certificate,
    problem: () => problem,
    stop: () => {
      isStopped = true;
      process.off('SIGHUP', onHangup);
    },
  };
}
