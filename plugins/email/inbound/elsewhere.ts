import { access, constants } from 'node:fs/promises';
import type { CertificateSource } from '../../../core/lib/certificate.ts';
import { type CurrentCertificate, keepCurrent } from '../../../core/lib/keep-certificate.ts';
import { silentLog } from '../../../core/lib/log.ts';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { certificateHealth } from './certificate-health.ts';
import { certificateFiles, type Listener, ownCertificate } from './listener.ts';
import { listenerOptions } from './options.ts';

/**
 * Of a process that takes no mail (CENTRALA_ROLES): another one does, which may have neither pages nor `/ready`. So the files of the certificate of
 * incoming mail are looked at here too, and told as there; the log is left to it.
 */
export async function listenElsewhere(host: ChannelHost): Promise<Pick<Listener, 'health' | 'stop'>> {
  const options = listenerOptions(host);
  const files = certificateFiles(options);
  const certificate: CurrentCertificate | null =
    files !== null && (await isReadable(files))
      ? await keepCurrent({ ...host, log: silentLog, name: 'smtp' }, files, () => {}, ownCertificate(options))
      : null;
  return {
    health: () => (certificate && certificateHealth(certificate, host.now())) ?? { state: 'ok', problem: null, detail: null },
    stop: async () => certificate?.stop(),
  };
}

/** They may lie where only the process that takes mail sees them: then nothing can be said of them here. */
async function isReadable(source: CertificateSource): Promise<boolean> {
  if (source.kind !== 'files') return false;
  try {
    for (const file of [source.cert, source.key]) await access(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
