import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { type Certificate, type CertificateSource, loadCertificate, versionOf } from './certificate.ts';

export interface CurrentCertificate {
  readonly current: () => Certificate;
  /** Why the newest files are not in use, or null. */
  readonly problem: () => string | null;
  stop(): void;
}

/**
 * Holds the certificate and calls `apply` with a new one: looked at every minute and at once on SIGHUP. Files that cannot be used leave
 * the old certificate in place. Throws AppError `settings` when there is none to begin with.
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
  const onHangup = (): void => {
    look().catch((error: unknown) => host.log.error('smtp_certificate_unusable', errorFacts(error)));
  };
  host.every('20 * * * * *', look);
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
