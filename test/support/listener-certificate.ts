import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './template.ts';

const NAME = 'smtp-tls.pem';
const SHARED = join(CACHE, NAME);

/** Making an RSA key is a large part of a first start, so the apps of the tests share what the first of them made; plugins/email/test/tls.test.ts is about making it. */
export function lendCertificate(dataDir: string): void {
  if (existsSync(SHARED)) copyFileSync(SHARED, join(dataDir, NAME));
}

export function shareCertificate(dataDir: string): void {
  const own = join(dataDir, NAME);
  if (existsSync(SHARED) || !existsSync(own)) return;
  mkdirSync(CACHE, { recursive: true });
  copyFileSync(own, `${SHARED}.${process.pid}`);
  renameSync(`${SHARED}.${process.pid}`, SHARED);
}
