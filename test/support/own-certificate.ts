import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ExecutionContext } from 'ava';
import { loadCertificate } from '../../core/lib/certificate.ts';
import { tempDir } from './temp-dir.ts';

const LIFE_DAYS = 397;
const DAY_MS = 86_400_000;

/** PEM with a certificate for this name and its key in one file, ending in `days`. */
export async function certificateFile(t: ExecutionContext<unknown>, hostname: string, days = LIFE_DAYS): Promise<string> {
  const folder = tempDir(t);
  await loadCertificate({ kind: 'own', folder, hostname }, new Date(Date.now() - (LIFE_DAYS - days) * DAY_MS));
  return join(folder, 'smtp-tls.pem');
}

/** The name in the certificate that is shown on this port of loopback, whoever signed it. */
export function nameOn(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject?.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
