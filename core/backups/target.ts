import { z } from 'zod';

export const TARGET_KINDS = ['folder', 's3', 'sftp'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** No spaces, quotes or options of a command line: these end up among the arguments of programs. */
const HOST = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$|^[0-9a-fA-F]*:[0-9a-fA-F:.]+$/;
const USER = /^[a-zA-Z0-9_][a-zA-Z0-9_.@-]{0,63}$/;
/** As S3 wants its buckets called: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PATH = /^[\w.@+-]+(?:\/[\w.@+-]+)*$/;
/** One line of `known_hosts` without the name: what the key is and the key itself. */
const HOST_KEY = /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/=]+$/;

const inner = z
  .string()
  .trim()
  .transform((path) => path.replace(/\/+$/, ''))
  .refine((path) => PATH.test(path.replace(/^\//, '')) && !path.split('/').includes('..'), 'backups.target.path_wrong');

const FOLDER = z.object({
  kind: z.literal('folder'),
  dir: z.string().trim().max(1_000, 'forms.too_long').regex(/^\//, 'backups.target.dir_wrong'),
});
const S3 = z.object({
  kind: z.literal('s3'),
  /** With its scheme, without a path. */
  endpoint: z
    .string()
    .trim()
    .max(300, 'forms.too_long')
    .transform((text) => (/^https?:\/\//i.test(text) ? text : `https://${text}`).replace(/\/+$/, ''))
    .refine(isEndpoint, 'backups.target.endpoint_wrong'),
  bucket: z.string().trim().regex(BUCKET, 'backups.target.bucket_wrong'),
  path: inner.refine((path) => !path.startsWith('/'), 'backups.target.path_wrong'),
  keyId: z.string().trim().min(1, 'forms.required').max(200, 'forms.too_long'),
  secret: z.string().min(1, 'forms.required').max(500, 'forms.too_long'),
});
const SFTP = z.object({
  kind: z.literal('sftp'),
  host: z.string().trim().regex(HOST, 'backups.target.host_wrong'),
  port: z.coerce
    .number('backups.target.port_wrong')
    .int('backups.target.port_wrong')
    .min(1, 'backups.target.port_wrong')
    .max(65_535, 'backups.target.port_wrong'),
  user: z.string().trim().regex(USER, 'backups.target.user_wrong'),
  /** From the root with a leading slash, else from where the server lets one in. */
  path: inner,
  /** Null: nobody has confirmed it yet, and nothing is sent there. */
  hostKey: z.string().regex(HOST_KEY).nullable(),
});

export const TARGET = z.discriminatedUnion('kind', [FOLDER, S3, SFTP]);

/** Where backups go. */
export type Target = z.output<typeof TARGET>;
export type S3Target = z.output<typeof S3>;
export type SftpTarget = z.output<typeof SFTP>;

/** How restic calls it. */
export function placeOf(target: Target): string {
  switch (target.kind) {
    case 'folder':
      return target.dir;
    case 's3':
      return `s3:${target.endpoint}/${target.bucket}/${target.path}`;
    case 'sftp':
      // The command that restic is given says where to; this name is only shown.
      return `sftp:${target.user}@${target.host}:${target.path}`;
  }
}

/** The machine that it connects to; null for a folder. */
export function machineOf(target: Target): { readonly host: string; readonly port: number } | null {
  if (target.kind === 'folder') return null;
  if (target.kind === 'sftp') return { host: target.host, port: target.port };
  const { hostname, port, protocol } = new URL(target.endpoint);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'http:' ? 80 : 443)) };
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && `${search}${hash}${username}${password}` === '' && HOST.test(new URL(text).hostname.replace(/^\[|\]$/g, ''));
}
