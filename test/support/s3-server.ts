import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';

export const S3_KEY = { keyId: 'CENTRALATEST', secret: 'a secret/of+a bucket' };

export interface S3Server {
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** From now on nothing more fits. */
  fill(): void;
  /** Whether it answers each request with 503 from now on. */
  down(isDown: boolean): void;
  /** What it was asked, as `PUT key`. */
  readonly asked: readonly string[];
  put(key: string, content: Buffer): void;
  stop(): Promise<void>;
}

/**
 * Buckets in memory, written from the API reference of S3 (docs/decisions/0510-…): every signature of version 4 is checked, bodies come plain
 * or as signed chunks, lists are of version 2.
 */
export async function startS3(t: ExecutionContext<unknown>): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  let isFull = false;
  let isDown = false;
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, 500, 'InternalError', String(error)));
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    if (isDown) return refuse(response, 503, 'SlowDown', 'Please reduce your request rate.');
    asked.push(`${request.method} ${key}`);
    const wrong = wrongSignature(request, url) ?? wrongContent(request, body);
    if (wrong) return refuse(response, 403, wrong, 'The request signature we calculated does not match the signature you provided.');
    if (url.searchParams.has('location')) return xml(response, '<LocationConstraint></LocationConstraint>');
    if (bucket !== 'kopie') return refuse(response, 404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (key === '') return request.method === 'GET' ? list(url, response) : void response.end();
    const found = objects.get(key);
    if (request.method === 'PUT') {
      if (isFull) return refuse(response, 403, 'QuotaExceeded', 'The quota of this bucket is exceeded.');
      objects.set(key, plain(request, body));
      response.setHeader('ETag', `"${createHash('md5').update(plain(request, body)).digest('hex')}"`);
      return void response.end();
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      response.statusCode = 204;
      return void response.end();
    }
    if (!found) return refuse(response, 404, 'NoSuchKey', 'The specified key does not exist.');
    const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const part = from === undefined ? found : found.subarray(Number(from), to ? Number(to) + 1 : undefined);
    if (from !== undefined) {
      response.statusCode = 206;
      response.setHeader('Content-Range', `bytes ${from}-${Number(from) + part.length - 1}/${found.length}`);
    }
    response.setHeader('Content-Length', part.length);
    response.setHeader('Last-Modified', new Date().toUTCString());
    response.setHeader('ETag', `"${createHash('md5').update(found).digest('hex')}"`);
    response.end(request.method === 'HEAD' ? undefined : part);
  };

  const list = (url: URL, response: ServerResponse): void => {
    const prefix = url.searchParams.get('prefix') ?? '';
    const most = Number(url.searchParams.get('max-keys') ?? 1000);
    const after = url.searchParams.get('continuation-token') ?? url.searchParams.get('start-after') ?? '';
    const all = [...objects.keys()].filter((one) => one.startsWith(prefix) && one > after).sort();
    const keys = all.slice(0, most);
    const next = all.length > most ? `<NextContinuationToken>${keys.at(-1)}</NextContinuationToken>` : '';
    const items = keys.map(
      (key) =>
        `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size><LastModified>2026-11-27T00:00:00.000Z</LastModified></Contents>`,
    );
    xml(
      response,
      `<ListBucketResult><Name>kopie</Name><Prefix>${prefix}</Prefix><KeyCount>${keys.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${next !== ''}</IsTruncated>${next}${items.join('')}</ListBucketResult>`,
    );
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  t.teardown(stop);
  const fill = (): void => {
    isFull = true;
  };
  const down = (is: boolean): void => {
    isDown = is;
  };
  const put = (key: string, content: Buffer): void => void objects.set(key, content);
  return { asked, down, put, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, objects, fill, stop };
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html; null = it is right. */
function wrongSignature(request: IncomingMessage, url: URL): 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' | null {
  const pattern = /Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)/;
  const [, id, day = '', region = '', signed = '', signature] = pattern.exec(request.headers.authorization ?? '') ?? [];
  if (id !== S3_KEY.keyId) return 'InvalidAccessKeyId';
  const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const content = String(request.headers['x-amz-content-sha256']);
  const canonical = [request.method, url.pathname, query.join('&'), headers.join(''), signed, content].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, hash].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${S3_KEY.secret}`, day), region), 's3'), 'aws4_request');
  return createHmac('sha256', key).update(text).digest('hex') === signature ? null : 'SignatureDoesNotMatch';
}

/** A body that is said to have a hash has to have it. */
function wrongContent(request: IncomingMessage, body: Buffer): 'XAmzContentSHA256Mismatch' | null {
  const said = String(request.headers['x-amz-content-sha256']);
  return /^[0-9a-f]{64}$/.test(said) && said !== createHash('sha256').update(body).digest('hex') ? 'XAmzContentSHA256Mismatch' : null;
}

/** Without the frames of signed chunks: `size;chunk-signature=…`, the bytes, until one of size 0. */
function plain(request: IncomingMessage, body: Buffer): Buffer {
  if (!String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-')) return body;
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (!(size > 0)) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function xml(response: ServerResponse, text: string): void {
  response.setHeader('Content-Type', 'application/xml');
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.statusCode = status;
  xml(response, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}
