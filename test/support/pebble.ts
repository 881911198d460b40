import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { findProgram, installPeers } from '../../core/bin/debian-packages.ts';
import { loadCertificate } from '../../core/lib/certificate.ts';
import { freePort } from './free-port.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface Pebble {
  readonly directoryUrl: string;
  /** What it proves its own name with, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
}

/** Let's Encrypt's own small server for tests, which asks names for proof on `httpPort` and finds them by `dns` (`ip:port`). */
export async function startPebble(
  t: ExecutionContext,
  { httpPort, dns }: { readonly httpPort: number; readonly dns: string },
): Promise<Pebble> {
  for (const problem of installPeers([{ program: 'pebble', debian: 'pebble' }])) throw new Error(problem);
  const dir = tempDir(t);
  await loadCertificate({ kind: 'own', folder: dir, hostname: 'localhost' }, new Date());
  const caFile = join(dir, 'pebble.pem');
  copyFileSync(join(dir, 'smtp-tls.pem'), caFile);
  const [port, managementPort] = [await freePort(), await freePort()];
  const config = {
    ...{ listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${managementPort}` },
    ...{ certificate: caFile, privateKey: caFile, httpPort, tlsPort: 1, ocspResponderURL: '' },
  };
  writeFileSync(join(dir, 'config.json'), JSON.stringify({ pebble: config }));
  const child = spawn(findProgram('pebble') ?? 'pebble', ['-config', join(dir, 'config.json'), '-dnsserver', dns], {
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  t.teardown(() => void child.kill('SIGKILL'));
  await until('pebble listens', () => /Listening on: 127/.test(said));
  return { directoryUrl: `https://localhost:${port}/dir`, caFile };
}
