import { connect } from 'node:tls';
import { loadCertificate } from '../../lib/certificate.ts';
import { broken, type Finding, reasonOf, text, type Words, well, worthKnowing } from './finding.ts';
import { isLocal } from './machine.ts';

const LIMIT_MS = 5_000;
const SOON_MS = 14 * 86_400_000;

/** Until when a certificate is good, and what to do before that. */
export function certificateFinding(what: Words, validTo: Date, now: Date): Finding {
  const leftMs = validTo.getTime() - now.getTime();
  const seen = text('health.tls.until', { date: Number.isNaN(leftMs) ? '?' : validTo.toISOString().slice(0, 10) });
  if (!(leftMs > 0)) return broken(what, seen, text('health.tls.endedAdvice'));
  return leftMs < SOON_MS ? worthKnowing(what, seen, text('health.tls.soonAdvice')) : well(what, seen);
}

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** What the next start reads; a running server keeps the old ones when they cannot be used. */
export async function certificateFiles(pairs: readonly (CertificateFiles | null)[], now: Date): Promise<readonly Finding[]> {
  const known = new Map(pairs.flatMap((pair) => (pair ? [[`${pair.cert} ${pair.key}`, pair]] : [])));
  return Promise.all(
    [...known.values()].map(async (pair) => {
      const what = text('health.tls.files', { file: pair.cert });
      try {
        return certificateFinding(what, (await loadCertificate({ kind: 'files', ...pair }, now)).expiresAt, now);
      } catch (error) {
        return broken(what, reasonOf(error), text('health.tls.filesAdvice'));
      }
    }),
  );
}

/** The certificate that people's browsers get at the public address, asked of whoever answers there. */
export async function webCertificate(publicUrl: string, now: Date): Promise<readonly Finding[]> {
  const { protocol, hostname, port } = new URL(publicUrl);
  if (protocol !== 'https:' || isLocal(hostname)) return [];
  const what = text('health.tls.web', { name: hostname });
  try {
    const { validTo, problem } = await certificateOf(hostname.replace(/[[\]]/g, ''), Number(port || 443));
    if (problem !== null) return [broken(what, problem, text('health.tls.untrustedAdvice'))];
    return [certificateFinding(what, validTo, now)];
  } catch (error) {
    return [worthKnowing(what, text('health.tls.silent', { reason: reasonOf(error) }), text('health.tls.silentAdvice'))];
  }
}

async function certificateOf(host: string, port: number): Promise<{ validTo: Date; problem: string | null }> {
  const done = Promise.withResolvers<{ validTo: Date; problem: string | null }>();
  // Only looked at: nothing is sent.
  const socket = connect({ host, port, servername: host, rejectUnauthorized: false });
  socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error('no answer in time')));
  socket.once('error', done.reject);
  socket.once('secureConnect', () => {
    const problem = socket.authorized ? null : String(socket.authorizationError);
    done.resolve({ validTo: new Date(socket.getPeerCertificate().valid_to), problem });
    socket.destroy();
  });
  return done.promise;
}
