import type { Config } from '../../config/config.ts';
import type { BucketState } from '../blobs/uploads.ts';
import { logFindings } from '../health/doctor/backup-log.ts';
import { targetFindings } from '../health/doctor/backup-target.ts';
import { bucketFindings } from '../health/doctor/bucket.ts';
import { certificateFiles, webCertificate } from '../health/doctor/certificates.ts';
import { backupFindings, type DoctorDatabase, databaseFindings, eventFindings, integrityFindings } from '../health/doctor/database.ts';
import type { DoctorCheck } from '../health/doctor/examine.ts';
import type { Finding } from '../health/doctor/finding.ts';
import { type DoctorInboxes, inboxFindings } from '../health/doctor/inboxes.ts';
import { machineFindings } from '../health/doctor/machine.ts';
import { nameFindings } from '../health/doctor/names.ts';
import { type DoctorPlugins, pluginFindings } from '../health/doctor/plugins.ts';
import { portFindings } from '../health/doctor/ports.ts';
import { spoolFindings } from '../health/doctor/spool.ts';
import { storedFileFindings } from '../health/doctor/stored-files.ts';
import type { Dns } from '../lib/dns.ts';

const CONNECTING_MS = 25_000;
const INTEGRITY_MS = 60_000;

export interface DoctorParts {
  readonly config: Config;
  readonly database: DoctorDatabase;
  readonly dns: Dns;
  /** What stands in the way of reading inboxes at all, or the inboxes; asked only when the database can be used. */
  readonly inboxes: () => Promise<DoctorInboxes | Finding>;
  readonly plugins: DoctorPlugins;
  /** What the running server knows of its bucket; null: nothing. */
  readonly bucket?: BucketState | null;
}

/** Everything that the doctor looks at, for the page of the server and for the command line. */
export function doctorChecks({ config, database, dns, inboxes, plugins, bucket = null }: DoctorParts): readonly DoctorCheck[] {
  const known = databaseFindings(database);
  const base = known.catch(() => ({ isUsable: false }));
  const opened = base.then(({ isUsable }) => (isUsable ? inboxes() : null));
  opened.catch(() => {});
  const ifUsable =
    (run: DoctorCheck['run']): DoctorCheck['run'] =>
    async (signal) =>
      (await base).isUsable ? run(signal) : [];
  const { scope } = database;
  return [
    { what: 'health.machine', run: () => machineFindings(config) },
    { what: 'health.database.what', run: async () => (await known).findings },
    {
      what: 'health.integrity.what',
      limitMs: INTEGRITY_MS + 5_000,
      run: ifUsable(() => integrityFindings(database, AbortSignal.timeout(INTEGRITY_MS))),
    },
    { what: 'health.spool.what', run: () => spoolFindings(config.dataDir) },
    { what: 'health.events.what', run: ifUsable(() => eventFindings(scope)) },
    { what: 'health.files.what', run: ifUsable(() => storedFileFindings(scope)) },
    { what: 'health.backups.what', run: ifUsable(() => backupFindings(scope)) },
    {
      what: 'health.log.what',
      limitMs: CONNECTING_MS,
      run: ifUsable(() => (database.file === null ? [] : logFindings(scope, config.backup))),
    },
    { what: 'health.target.what', limitMs: CONNECTING_MS, run: () => targetFindings(config.backup) },
    { what: 'health.bucket.what', limitMs: CONNECTING_MS, run: () => bucketFindings(config.bucket, bucket) },
    {
      what: 'health.inboxes.what',
      limitMs: CONNECTING_MS,
      run: async (signal) => {
        const found = await opened;
        if (found === null) return [];
        return 'what' in found ? [found] : inboxFindings(found, signal);
      },
    },
    { what: 'health.plugins.what', limitMs: CONNECTING_MS, run: (signal) => pluginFindings(plugins, signal) },
    { what: 'health.ports.what', limitMs: CONNECTING_MS, run: () => portFindings(config) },
    {
      what: 'health.dns.what',
      run: async () => {
        const found = await opened.catch(() => null);
        // The domain of a personal mailbox is its owner's affair.
        const company = found && 'directory' in found ? found.directory.all().filter(({ ownerId }) => ownerId == null) : [];
        return nameFindings(
          dns,
          config.publicUrl,
          company.map(({ address }) => address),
        );
      },
    },
    { what: 'health.tls.what', run: () => certificateFiles([config.http.tls, config.mailTls], new Date()) },
    { what: 'health.tls.what', run: () => webCertificate(config.publicUrl, new Date()) },
  ];
}
