import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import type { CurrentAgent, PageContext, Route } from '../http/context.ts';
import { NotFoundError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { givenOnly, JsonNeededError, parseInput } from './parse.ts';
import type { GivenId } from './schemas.ts';

export const API_PREFIX = '/api/v1';

/** What a handler gets: everything is parsed. `id` is the one in the path, 0 on a path without. */
export interface Call<Query, Body> {
  readonly scope: Scope;
  readonly agent: CurrentAgent;
  readonly id: GivenId;
  readonly query: Query;
  readonly body: Body;
}

/** Bytes instead of JSON. */
export interface Download {
  readonly stream: Readable;
  readonly contentType: string;
  readonly bytes: number;
  /** Offered as the name to save under. */
  readonly filename: string;
}

/** How one operation is described in the OpenAPI document. */
export interface Operation {
  readonly method: Route['method'];
  /** With the id as `:id`, without the prefix. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent = any bytes. */
  readonly response?: z.ZodType;
  readonly status: 200 | 201;
  /** Codes of errors beside those that every operation may answer with, by status. */
  readonly errors?: Readonly<Record<number, string>>;
}

export interface Endpoint {
  readonly route: Route;
  readonly operation: Operation;
}

type Needs = NonNullable<Route['needs']>;

interface JsonSpec<Query extends z.ZodObject, Body extends z.ZodType, Response extends z.ZodType>
  extends Omit<Operation, 'status' | 'query' | 'body' | 'response'> {
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  readonly status?: 200 | 201;
  readonly maxBodyBytes?: number;
  /** What the agent of the key has to be or hold. */
  readonly needs?: Needs;
  readonly handle: (call: Call<z.output<Query>, z.output<Body>>) => z.input<Response> | Promise<z.input<Response>>;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** One JSON operation: its route, which parses with the very schemas that its description is made from. */
export function endpoint<Response extends z.ZodType, Query extends z.ZodObject = Nothing, Body extends z.ZodType = Nothing>(
  spec: JsonSpec<Query, Body, Response>,
): Endpoint {
  const { handle, maxBodyBytes, needs, ...described } = spec;
  const status = spec.status ?? 200;
  const route = routeOf(spec, async (ctx, id) => {
    const { query, body } = inputOf(ctx, spec);
    const answer = await handle({ scope: ctx.scope, agent: ctx.agent, id, query: query as z.output<Query>, body: body as z.output<Body> });
    ctx.status = status;
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'json';
    ctx.body = JSON.stringify(answer);
  });
  const errors = needs === undefined ? {} : { errors: { 403: forbiddenWithout(needs), ...spec.errors } };
  const limits = { ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }), ...(needs === undefined ? {} : { needs }) };
  return { route: { ...route, ...limits }, operation: { ...described, ...errors, status } };
}

/** What 403 means in the description of an operation. */
export const forbiddenWithout = (needs: Needs): string =>
  `\`forbidden\`: the agent of the key is not an administrator${needs === 'administrator' ? '' : `, and has not the permission "${needs}"`}`;

type DownloadSpec = Omit<Operation, 'status' | 'query' | 'body' | 'response'> & {
  readonly handle: (call: Call<unknown, unknown>) => Promise<Download>;
};

/** One operation that answers with stored bytes, always as something to save, never as something to show. */
export function download({ handle, ...described }: DownloadSpec): Endpoint {
  const route = routeOf(described, async (ctx, id) => {
    const input = inputOf(ctx, {});
    const file = await handle({ scope: ctx.scope, agent: ctx.agent, id, ...input });
    ctx.set({
      'Content-Type': file.contentType,
      'Content-Length': String(file.bytes),
      'Cache-Control': 'no-store',
      'Content-Disposition': contentDisposition(file.filename),
      'X-Content-Type-Options': 'nosniff',
    });
    ctx.body = file.stream;
  });
  return { route, operation: { ...described, status: 200 } };
}

/** RFC 6266 with the UTF-8 form of RFC 8187: any name the sender chose is safe in the header. */
export function contentDisposition(filename: string): string {
  const name = filename.replace(/[\p{Cc}\p{Cf}/\\]+/gu, '_').trim() || 'attachment';
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function routeOf({ method, path }: Pick<Operation, 'method' | 'path'>, run: (ctx: PageContext, id: GivenId) => Promise<void>): Route {
  const handle = async (ctx: PageContext): Promise<void> => run(ctx, path.includes(':id') ? idOf(ctx) : NO_ID);
  return { method, path: API_PREFIX + path, may: 'api', handle };
}

const NO_ID = 0 as GivenId;

function idOf(ctx: PageContext): GivenId {
  const id = parseId<never>(ctx.params['id']);
  if (id === null) throw new NotFoundError('This');
  return id;
}

function inputOf(ctx: PageContext, spec: { readonly query?: z.ZodObject; readonly body?: z.ZodType }): { query: unknown; body: unknown } {
  if (spec.body && !ctx.is('application/json')) throw new JsonNeededError();
  return {
    query: parseInput(spec.query ?? nothing, givenOnly(ctx.query)),
    body: spec.body ? parseInput(spec.body, ctx.form) : {},
  };
}
