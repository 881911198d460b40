import { openAsBlob } from 'node:fs';
import { TemporaryError } from '../lib/errors.ts';
import { encoded, type S3Access, signedHeaders } from '../lib/s3-signature.ts';

export interface BucketSettings extends S3Access {
  /** Without a path and a slash at the end. */
  readonly endpoint: string;
  readonly bucket: string;
  /** What keys begin with, without slashes around it; '' = nothing. */
  readonly prefix: string;
}

/** Stored files in a bucket of an S3-compatible service, each under `ab/cdef…` as in the folder. Raises TemporaryError when it does not do what it is asked. */
export interface Bucket {
  readonly place: string;
  /** The service compares the bytes with the name, which is their SHA-256, and takes nothing else. */
  put(sha256: string, path: string): Promise<void>;
  /** Null: it is not there. */
  get(sha256: string): Promise<AsyncIterable<Uint8Array> | null>;
  size(sha256: string): Promise<number | null>;
  remove(sha256: string): Promise<void>;
  /** The files whose names begin with these two digits, and when each was written. */
  list(folder: string): Promise<ReadonlyMap<string, Date>>;
  /** Raises when it cannot be used. */
  check(): Promise<void>;
}

const ANSWER_MS = 20_000;
/** A file of this size may take a second more: slower than that is as good as broken. */
const BYTES_A_SECOND = 100_000;
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const MAX_ANSWER_CHARS = 4_000_000;

interface Asked {
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly sha256?: string;
  readonly body?: Blob;
  /** Null: for as long as it takes. */
  readonly limitMs?: number | null;
}

export function openBucket(settings: BucketSettings, now: () => Date = () => new Date()): Bucket {
  const { endpoint, bucket, prefix } = settings;
  const start = prefix === '' ? '' : `${prefix}/`;
  const keyOf = (sha256: string): string => `${start}${sha256.slice(0, 2)}/${sha256.slice(2)}`;

  const ask = async ({ method, key, query = {}, sha256 = EMPTY, body, limitMs = ANSWER_MS }: Asked): Promise<Response> => {
    const url = new URL(`${endpoint}/${[bucket, ...key.split('/')].map(encoded).join('/')}`);
    url.search = Object.entries(query)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .join('&');
    const headers = signedHeaders(settings, { method, url, sha256, at: now() });
    const signal = limitMs === null ? null : AbortSignal.timeout(limitMs);
    try {
      return await fetch(url, { method, headers, body: body ?? null, signal, redirect: 'error' });
    } catch (error) {
      throw new TemporaryError(`The bucket ${bucket} does not answer (${reasonOf(error)})`, { cause: error });
    }
  };
  const refused = async (response: Response): Promise<TemporaryError> => {
    const text = await textOf(response).catch(() => '');
    const [, code = `HTTP ${response.status}`] = /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(text) ?? [];
    return new TemporaryError(`The bucket ${bucket} refuses (${code})`);
  };
  const done = async (response: Response): Promise<void> => {
    if (!response.ok) throw await refused(response);
    await response.body?.cancel();
  };
  const page = async (folder: string, after: string, most: number): Promise<string> => {
    const query = { 'list-type': '2', prefix: start + folder, 'max-keys': String(most), ...(after ? { 'continuation-token': after } : {}) };
    const response = await ask({ method: 'GET', key: '', query });
    if (!response.ok) throw await refused(response);
    return textOf(response);
  };

  return {
    place: `${new URL(endpoint).host}/${bucket}${prefix && `/${prefix}`}`,
    put: async (sha256, path) => {
      const body = await openAsBlob(path);
      await done(await ask({ method: 'PUT', key: keyOf(sha256), sha256, body, limitMs: limitOf(body.size) }));
    },
    get: async (sha256) => {
      const response = await ask({ method: 'GET', key: keyOf(sha256), limitMs: null });
      if (response.ok) return response.body;
      const error = await refused(response);
      if (response.status === 404 && error.message.includes('NoSuchKey')) return null;
      throw error;
    },
    size: async (sha256) => {
      const response = await ask({ method: 'HEAD', key: keyOf(sha256) });
      if (response.status === 404) return null;
      if (!response.ok) throw await refused(response);
      return Number(response.headers.get('content-length'));
    },
    remove: async (sha256) => done(await ask({ method: 'DELETE', key: keyOf(sha256) })),
    list: async (folder) => {
      const found = new Map<string, Date>();
      for (let after: string | null = ''; after !== null; ) {
        const text: string = await page(`${folder}/`, after, 1_000);
        for (const [, item = ''] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const [, rest] = /\/([0-9a-f]{62})<\/Key>/.exec(item) ?? [];
          const [, at = ''] = /<LastModified>([^<]+)</.exec(item) ?? [];
          if (rest !== undefined) found.set(folder + rest, new Date(at));
        }
        const [, next = null] = /<NextContinuationToken>([^<]+)</.exec(text) ?? [];
        after = text.includes('<IsTruncated>true') ? next : null;
      }
      return found;
    },
    check: async () => void (await page('', '', 1)),
  };
}

const limitOf = (bytes: number): number => ANSWER_MS + Math.ceil((bytes / BYTES_A_SECOND) * 1000);

/** What the network said; never the request, whose headers are signed. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

async function textOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_CHARS) throw new TemporaryError('The bucket says too much');
  }
  return text;
}
