import { type Certificate, type CertificateSource, loadCertificate, versionOf } from './certificate.ts';
import { errorFacts, type Log } from './log.ts';

const DAY_MS = 86_400_000;
/** So many days before a certificate ends somebody is told, the last time urgently. */
const WARN_DAYS = [3, 14, 30] as const;

/** The smallest of the warning's days that the end is within; null = there is time. */
export const endsWithin = (expiresAt: Date, now: Date): number | null =>
  WARN_DAYS.find((days) => expiresAt.getTime() - now.getTime() <= days * DAY_MS) ?? null;

/** Whose certificate it is, with what that needs; `name` begins the events of its log. */
export interface CertificateHolder {
  readonly name: 'smtp' | 'web';
  readonly now: () => Date;
  readonly log: Log;
  /** In each process: the certificate is in its memory. */
  everywhere(expression: string, task: (signal: AbortSignal) => Promise<void>): void;
}

export interface CurrentCertificate {
  readonly current: () => Certificate;
  /** Why the newest files are not in use, or null. */
  readonly problem: () => string | null;
  /** Looks at the files now. */
  readonly look: () => Promise<void>;
  stop(): void;
}

/**
 * Holds the certificate and calls `apply` with a new one: looked at every minute and at once on SIGHUP. Files that cannot be used leave
 * the old certificate in place; when there is none to begin with, the one of `meanwhile`, or AppError `settings` is thrown. Thirty, fourteen
 * and three days before its end the log says so.
 */
export async function keepCurrent(
  holder: CertificateHolder,
  source: CertificateSource,
  apply: (certificate: Certificate) => void,
  meanwhile: CertificateSource | null = null,
): Promise<CurrentCertificate> {
  let version = await versionOf(source);
  let problem: string | null = null;
  let isStopped = false;
  const cannotUse = (error: unknown): void => {
    problem = errorFacts(error).error;
    holder.log.error(`${holder.name}_certificate_unusable`, errorFacts(error));
  };
  let certificate = await loadCertificate(source, holder.now()).catch((error: unknown) => {
    if (meanwhile === null) throw error;
    cannotUse(error);
    return loadCertificate(meanwhile, holder.now());
  });
  if (source.kind === 'own') version = await versionOf(source);

  const look = async (): Promise<void> => {
    const seen = await versionOf(source);
    if (isStopped || (source.kind === 'files' && seen === version)) return;
    version = seen;
    try {
      const next = await loadCertificate(source, holder.now());
      problem = null;
      if (next.cert === certificate.cert && next.key === certificate.key) return;
      certificate = next;
      apply(next);
      holder.log.info(`${holder.name}_certificate_changed`, { expiresAt: next.expiresAt.toISOString() });
    } catch (error) {
      cannotUse(error);
    }
  };
  // Once for each of its days, not every minute.
  let told = { certificate, days: Number.POSITIVE_INFINITY };
  const warn = (): void => {
    const days = endsWithin(certificate.expiresAt, holder.now());
    const before = told.certificate === certificate ? told.days : Number.POSITIVE_INFINITY;
    if (days === null || days >= before) return;
    told = { certificate, days };
    holder.log.warn(`${holder.name}_certificate_ends_soon`, { days, expiresAt: certificate.expiresAt.toISOString() });
  };
  warn();
  const onHangup = (): void => {
    look().catch((error: unknown) => holder.log.error(`${holder.name}_certificate_unusable`, errorFacts(error)));
  };
  holder.everywhere('20 * * * * *', () => look().finally(warn));
  process.on('SIGHUP', onHangup);
  return {
    current: () => certificate,
    problem: () => problem,
    look,
    stop: () => {
      isStopped = true;
      process.off('SIGHUP', onHangup);
    },
  };
}
