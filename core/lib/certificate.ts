import { execFile } from 'node:child_process';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppError } from './errors.ts';
import { writeFileWhole } from './write-whole.ts';

/** What the listener proves its name with. */
export interface Certificate {
  /** PEM: ours first, then those that signed it. */
  readonly cert: string;
  readonly key: string;
  readonly expiresAt: Date;
  /** DNS names that it is for. */
  readonly names: readonly string[];
  readonly isOwn: boolean;
}

/** `files`: an administrator's, renewed by him. `own`: one that a provider gave us (core/acme), else self-signed, made and renewed here. */
export type CertificateSource =
  | { readonly kind: 'files'; readonly cert: string; readonly key: string }
  | { readonly kind: 'own'; readonly folder: string; readonly hostname: string };

const DAY_MS = 86_400_000;
const OWN = 'smtp-tls.pem';
/** What a provider gave us, key and chain. */
export const obtainedFile = (folder: string): string => join(folder, 'acme-tls.pem');
const OWN_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;

/** Reads the certificate, making a self-signed one where that is due. Throws AppError `settings` that names the file at fault. */
export async function loadCertificate(source: CertificateSource, now: Date): Promise<Certificate> {
  if (source.kind === 'files') return checked(await read(source.cert), await read(source.key), source.cert, false);
  const obtained = await readPair(obtainedFile(source.folder), false);
  if (obtained && obtained.expiresAt > now) return obtained;
  const file = join(source.folder, OWN);
  const known = await readPair(file, true);
  if (known && known.expiresAt.getTime() - now.getTime() > RENEW_BEFORE_DAYS * DAY_MS) return known;
  const pem = await makeOwn(source.hostname, now);
  await writeFileWhole(file, pem);
  return checked(pem, pem, file, true);
}

/** Changes when the files do, or the right to read them: their inodes, sizes and times of change, links followed. */
export async function versionOf(source: CertificateSource): Promise<string> {
  const files = source.kind === 'files' ? [source.cert, source.key] : [join(source.folder, OWN), obtainedFile(source.folder)];
  const facts = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return facts.map((one) => (one ? `${one.ino} ${one.size} ${one.ctimeMs}` : 'missing')).join(', ');
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('settings', 503, `The TLS file ${file} cannot be read (${cause.code}).`, { cause, help: HELP });
  });
}

const HELP =
  'Correct CENTRALA_TLS_CERT and CENTRALA_TLS_KEY (of incoming mail CENTRALA_SMTP_TLS_CERT and CENTRALA_SMTP_TLS_KEY), or unset both for a self-signed certificate.';

function checked(cert: string, key: string, file: string, isOwn: boolean): Certificate {
  try {
    const leaf = new X509Certificate(cert);
    if (!leaf.checkPrivateKey(privateKey(key))) throw new Error('the key belongs to another certificate');
    // What follows ours is read only here, and whether the key is long enough.
    createSecureContext({ cert, key });
    return { cert, key, expiresAt: leaf.validToDate, names: namesOf(leaf), isOwn };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('settings', 503, `The certificate ${file} cannot be used: ${why}.`, { cause, help: HELP });
  }
}

function privateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new Error(`its key cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
  }
}

const namesOf = ({ subjectAltName = '' }: X509Certificate): readonly string[] =>
  subjectAltName.split(', ').flatMap((one) => (one.startsWith('DNS:') ? [one.slice(4)] : []));

/** Certificate and key of one file; null when there is none yet or it is damaged. */
export async function readPair(file: string, isOwn: boolean): Promise<Certificate | null> {
  try {
    const pem = await readFile(file, 'utf8');
    return checked(pem, pem, file, isOwn);
  } catch {
    return null;
  }
}

const run = promisify(execFile);

/** RSA, because some old senders know nothing else and would fall back to no TLS at all. */
async function makeOwn(hostname: string, now: Date): Promise<string> {
  // By a process of its own: the library brings two hundred modules, and what a thread had of memory stays with us when it ends.
  const program = fileURLToPath(new URL('./make-certificate.ts', import.meta.url));
  const days = [-1, OWN_DAYS].map((count) => new Date(now.getTime() + count * DAY_MS).toISOString());
  const { stdout } = await run(process.execPath, [program, hostname, ...days]);
  return stdout;
}
