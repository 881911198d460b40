import type { Context } from 'koa';
import qs from 'qs';
import { AppError } from '../lib/errors.ts';
import { storable } from '../lib/text.ts';
import { watchBody } from './body-time.ts';
import type { Upload } from './context.ts';
import { readMultipart } from './multipart.ts';
import { BadRequestError } from './params.ts';
import type { UploadStore } from './site.ts';

export const DEFAULT_BODY_BYTES = 1_048_576;
/** Of what anybody may send: a body stands in memory while it comes, and thousands may come as slowly as they like. */
export const STRANGER_BODY_BYTES = 65_536;
/** An oversize body up to here is read and thrown away, so that the browser shows our answer and not a broken connection. */
const DRAIN_BYTES = 64 * 1_048_576;
const MAX_DEPTH = 5;

export class TooLargeError extends AppError {
  constructor(maxBytes: number) {
    const most = maxBytes < 1_048_576 ? `${Math.floor(maxBytes / 1_024)} kB` : `${Math.floor(maxBytes / 1_048_576)} MB`;
    super('too_large', 413, `This is larger than the ${most} allowed here`, {
      help: 'Send less at once, or send a link to the file instead.',
    });
  }
}

export class MediaTypeError extends AppError {
  constructor() {
    super('media_type', 415, 'This kind of content is not accepted here');
  }
}

export interface ParsedBody {
  readonly form: Readonly<Record<string, unknown>>;
  readonly uploads: readonly Upload[];
}

export interface BodyLimits {
  readonly maxBytes: number;
  /** Null = files in the body are read and dropped. */
  readonly store: UploadStore | null;
  /** Nobody knows who sends it: it may not take long either. */
  readonly isStranger: boolean;
}

/** Reads and parses the request's body by its Content-Type. Texts come out without NUL; nesting and counts are bounded. */
export async function readBody(ctx: Context, limits: BodyLimits): Promise<ParsedBody> {
  if (!ctx.request.length && ctx.get('Transfer-Encoding') === '') return { form: {}, uploads: [] };
  const isRead = watchBody(ctx.req, limits.isStranger);
  try {
    return await parseBody(ctx, limits);
  } finally {
    isRead();
  }
}

async function parseBody(ctx: Context, limits: BodyLimits): Promise<ParsedBody> {
  if ((ctx.request.length ?? 0) > limits.maxBytes) {
    await drain(ctx);
    throw new TooLargeError(limits.maxBytes);
  }
  if (ctx.is('multipart/form-data')) {
    try {
      const { fields, uploads } = await readMultipart(ctx.req, limits);
      return { form: parseFields(fields), uploads };
    } catch (error) {
      await drain(ctx);
      throw error instanceof RangeError ? new TooLargeError(limits.maxBytes) : error;
    }
  }
  if (ctx.is('application/x-www-form-urlencoded')) return { form: parseUrlencoded(await readText(ctx, limits.maxBytes)), uploads: [] };
  if (ctx.is('application/json', '+json')) return { form: parseJson(await readText(ctx, limits.maxBytes)), uploads: [] };
  await drain(ctx);
  throw new MediaTypeError();
}

const QS_OPTIONS = {
  depth: MAX_DEPTH,
  strictDepth: true,
  parameterLimit: 1_000,
  arrayLimit: 1_000,
  throwOnLimitExceeded: true,
  plainObjects: false,
} as const;

function parseUrlencoded(text: string): Record<string, unknown> {
  try {
    return asForm(qs.parse(text, QS_OPTIONS));
  } catch (error) {
    if (error instanceof RangeError) throw new BadRequestError('The form has too many or too deeply nested fields');
    throw error;
  }
}

/** Multipart names follow the same bracket rules as urlencoded ones. */
function parseFields(fields: readonly (readonly [string, string])[]): Record<string, unknown> {
  return parseUrlencoded(fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&'));
}

function parseJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRequestError('The body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadRequestError('The body must be a JSON object');
  return asForm(value);
}

function asForm(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, part]) => [storable(name), clean(part, 1)]),
  );
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH * 2) throw new BadRequestError('The body is nested too deeply');
  if (Array.isArray(value)) return value.map((part) => clean(part, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, part]) => [storable(name), clean(part, depth + 1)]),
  );
}

async function readText(ctx: Context, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of ctx.req) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else if (bytes > maxBytes + DRAIN_BYTES) break;
  }
  if (bytes > maxBytes) throw new TooLargeError(maxBytes);
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads what is left and forgets it; gives up, closing the connection, when there is too much. */
async function drain(ctx: Context): Promise<void> {
  const { req } = ctx;
  if ((ctx.request.length ?? 0) > DRAIN_BYTES) ctx.set('Connection', 'close');
  if (ctx.response.get('Connection') === 'close' || req.readableEnded || req.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= DRAIN_BYTES) return;
      ctx.set('Connection', 'close');
      resolve();
    });
    for (const event of ['end', 'close', 'error', 'aborted']) req.once(event, () => resolve());
    req.resume();
  });
}
