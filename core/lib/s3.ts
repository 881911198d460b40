import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { encoded, signedHeaders } from './s3-signature.ts';

/** A bucket, and who asks for it. */
export interface S3Bucket {
  /** With its scheme, without a path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly keyId: string;
  readonly secret: string;
}

/** Objects of one bucket. All raise S3Error, or what the network says. */
export interface S3Client {
  /** Whole, or not at all. */
  putFile(key: string, file: string): Promise<void>;
  /** Into a file; false when there is no such object. */
  getFile(key: string, file: string): Promise<boolean>;
  /** The keys that begin with this and follow the key `after`, in order. */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  /** One that is not there is no fault. */
  remove(key: string): Promise<void>;
}

/** `code` is the word of S3: AccessDenied, NoSuchBucket, QuotaExceeded … */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(`${code} (${status}): ${message}`);
    this.code = code;
    this.status = status;
  }
}

/** Silence of this length is a failure; a slow transfer is not. */
const IDLE_MS = 60_000;
const MAX_ANSWER = 8 * 1024 ** 2;
const USUAL_REGION = 'us-east-1';
const EMPTY = createHash('sha256').digest('hex');

interface Call {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  /** SHA-256 of what is sent, its length, and itself. */
  readonly body?: { readonly sha256: string; readonly bytes: number; readonly open: () => Readable };
}

/**
 * The four requests that we need of S3, signed by version 4 (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html),
 * the bucket in the path, as every server of this kind understands it. `now` for the signature.
 */
export function createS3({ endpoint, bucket, keyId, secret }: S3Bucket, now: () => Date = () => new Date()): S3Client {
  let region = regionOf(new URL(endpoint).hostname);

  /** `isAnew`: by a connection of its own. One that was kept may be closed just as it is used again, and any may be cut: then once more, since each call may be repeated. */
  const send = async (call: Call, isAnew = false): Promise<IncomingMessage> => {
    const path = `/${[bucket, ...call.key.split('/')].map(encoded).join('/')}`;
    const query = Object.entries(call.query ?? {})
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join('&');
    const url = new URL(`${path}${query ? `?${query}` : ''}`, endpoint);
    const asked = { method: call.method, url, sha256: call.body?.sha256 ?? EMPTY, at: now() };
    const signed = signedHeaders({ region, keyId, secret }, asked);
    const length = call.method === 'PUT' ? { 'content-length': String(call.body?.bytes ?? 0) } : {};
    const request = (url.protocol === 'http:' ? overHttp : overHttps)(url, {
      method: call.method,
      headers: { ...signed, ...length },
      timeout: IDLE_MS,
      ...(isAnew ? { agent: false } : {}),
    });
    request.once('timeout', () => request.destroy(new Error(`${url.host} was silent for a minute`)));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    // A server may answer before it has read everything; then its answer counts.
    const sent = pipeline(call.body?.open() ?? Readable.from([]), request).then(
      () => answered,
      () => answered,
    );
    try {
      return await Promise.race([sent, answered]);
    } catch (error) {
      if (isAnew || !isCut(error)) throw error;
      return send(call, true);
    }
  };

  /** Raises S3Error. A bucket of another region says which, and is asked once more. */
  const ask = async (call: Call, isAgain = false): Promise<IncomingMessage> => {
    const answer = await send(call);
    if ((answer.statusCode ?? 500) < 300) return answer;
    const said = await shortText(answer);
    const right = header(answer, 'x-amz-bucket-region') ?? tag(said, 'Region');
    if (right && /^[a-z0-9-]{1,40}$/.test(right) && right !== region && !isAgain) {
      region = right;
      return ask(call, true);
    }
    throw new S3Error(answer.statusCode ?? 500, tag(said, 'Code') ?? 'Unknown', tag(said, 'Message') ?? 'It did not say why.');
  };

  return {
    putFile: async (key, file) => {
      const { size: bytes } = await stat(file);
      const hash = createHash('sha256');
      for await (const part of createReadStream(file)) hash.update(part);
      const body = { sha256: hash.digest('hex'), bytes, open: () => createReadStream(file) };
      await shortText(await ask({ method: 'PUT', key, body }));
    },
    getFile: async (key, file) => {
      try {
        await pipeline(await ask({ method: 'GET', key }), createWriteStream(file, { mode: 0o600 }));
        return true;
      } catch (error) {
        if (error instanceof S3Error && error.code === 'NoSuchKey') return false;
        throw error;
      }
    },
    list: async (prefix, after) => {
      const keys: string[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const start = after === undefined ? {} : { 'start-after': after };
        const query = { 'list-type': '2', prefix, ...(next === '' ? start : { 'continuation-token': next }) };
        const said = await shortText(await ask({ method: 'GET', key: '', query }));
        for (const [, key = ''] of said.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(plain(key));
        next = tag(said, 'IsTruncated') === 'true' ? (tag(said, 'NextContinuationToken') ?? null) : null;
      }
      return keys;
    },
    remove: async (key) => {
      await shortText(await ask({ method: 'DELETE', key }));
    },
  };
}

const isCut = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code));

/** Many providers say it in the name: s3.eu-central-1.amazonaws.com, s3.fr-par.scw.cloud. */
const regionOf = (host: string): string => /^s3[.-]([a-z]{2,}-[a-z0-9-]+)\./.exec(host)?.[1] ?? USUAL_REGION;

function header(answer: IncomingMessage, name: string): string | null {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : null;
}

async function shortText(answer: IncomingMessage): Promise<string> {
  let bytes = 0;
  const guarded = async function* (): AsyncGenerator<Buffer> {
    for await (const part of answer) {
      bytes += part.length;
      if (bytes > MAX_ANSWER) throw new Error('The answer of the bucket is too long.');
      yield part;
    }
  };
  return text(Readable.from(guarded()));
}

const tag = (xml: string, name: string): string | null => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? null : plain(found);
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (xml: string): string => xml.replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => ENTITIES[name] ?? '');
