import type { Context } from 'koa';
import { z } from 'zod';
import { isTransient } from '../db/transient.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { workNow } from '../lib/log-context.ts';
import { TooManyError } from '../lib/rate-limit.ts';
import { randomToken } from '../lib/secrets.ts';

/** The HTTP edge's translation of an error: what may be said to the person outside. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly help: string | null;
  readonly fields: Readonly<Record<string, string>> | null;
  /** `errors.<text>` in place of the text of the code; null = that one. */
  readonly text?: string | null;
  /** Found again in the log; null for errors raised on purpose. */
  readonly reference: string | null;
  /** Null unless the caller must wait. */
  readonly retryAfterSeconds?: number | null;
}

/** AppErrors keep their words; a form that does not parse is the client's fault; a database that is away comes back; anything else is a bug: logged whole under a reference number, shown without detail. */
export function describeError(error: unknown, log: Log, about: { method: string; path: string }): Problem {
  if (error instanceof AppError) {
    const fields = error instanceof InvalidError ? error.fields : null;
    const retryAfterSeconds = error instanceof TooManyError ? error.retryAfterSeconds : null;
    const { status, code, message, help, text } = error;
    return { status, code, message, help, text, fields, reference: null, retryAfterSeconds };
  }
  const status = error instanceof z.ZodError ? 400 : httpErrorStatus(error);
  if (status !== null)
    return { status, code: 'bad_request', message: 'The request is malformed', help: null, fields: null, reference: null };
  if (isTransient(error)) {
    log.warn('request_put_off', { ...about, ...errorFacts(error) });
    const help = 'Try again in a moment.';
    return { status: 503, code: 'temporary', message: 'The database does not answer', help, fields: null, reference: null };
  }
  // The number of the request, which stands in every line of the log that it caused.
  const { request } = workNow();
  const reference = typeof request === 'string' ? request : randomToken(10);
  log.error('request_failed', { ...about, reference, ...errorFacts(error) });
  return {
    status: 500,
    code: 'internal',
    message: 'Something went wrong on our side',
    help: 'Try again; if it stays, tell your administrator the reference number.',
    fields: null,
    reference,
  };
}

/** Koa and its parts throw http-errors with a 4xx status for malformed requests (a broken %-escape, a bad host). */
function httpErrorStatus(error: unknown): number | null {
  const isClientFault = error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
  return isClientFault ? Number(error.status) : null;
}

export function answerJson(ctx: Context, problem: Problem): void {
  const { status, code, message, help, fields, reference } = problem;
  ctx.status = status;
  ctx.body = { code, message, help, ...(fields ? { fields } : {}), ...(reference ? { reference } : {}) };
}
