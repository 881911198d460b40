import { z } from 'zod';
import { OAuthError } from './refusal.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_CHARS = 64_000;
const DEFAULT_LIFE_SECONDS = 3600;
const MAX_TOKEN_CHARS = 16_000;

const seconds = z.coerce.number().int().min(1).max(1_000_000_000);
const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/)
  .max(MAX_TOKEN_CHARS);

/** RFC 6749 §5.1, with what Google adds. */
const TOKENS = z.object({
  access_token: token,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: seconds.default(DEFAULT_LIFE_SECONDS),
  refresh_token: token.optional(),
  refresh_token_expires_in: z.union([seconds, z.literal(0)]).optional(),
  scope: z.string().max(4000).optional(),
});

/** RFC 8628 §3.2; Google calls the address verification_url. */
const DEVICE = z
  .object({
    device_code: token,
    user_code: z.string().min(1).max(100),
    verification_uri: z
      .url({ protocol: /^https?$/ })
      .max(1000)
      .optional(),
    verification_url: z
      .url({ protocol: /^https?$/ })
      .max(1000)
      .optional(),
    expires_in: seconds,
    interval: z.coerce.number().int().min(0).max(600).default(5),
  })
  .transform(({ verification_uri, verification_url, ...rest }, context) => {
    const address = verification_uri ?? verification_url;
    if (address === undefined) context.addIssue({ code: 'custom', message: 'address' });
    return { ...rest, address: address ?? '' };
  });

const REFUSAL = z.object({ error: z.string().max(200), error_description: z.string().max(8000).default('') });

export type Tokens = z.output<typeof TOKENS>;
export type Device = z.output<typeof DEVICE>;

export const askTokens = (url: string, form: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Tokens> =>
  ask(url, form, TOKENS, signal);
export const askDevice = (url: string, form: Readonly<Record<string, string>>): Promise<Device> => ask(url, form, DEVICE);

/** One question to a service. Rejects with OAuthError only; neither it nor anything else carries what was sent. */
async function ask<T>(url: string, form: Readonly<Record<string, string>>, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  const answer = await post(url, form, signal);
  const parsed = schema.safeParse(answer.json);
  if (answer.isOk && parsed.success) return parsed.data;
  const refusal = REFUSAL.safeParse(answer.json);
  if (refusal.success) throw new OAuthError(refusal.data.error, refusal.data.error_description);
  throw new OAuthError(`http_${answer.status}`, '', answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'other');
}

async function post(url: string, form: Readonly<Record<string, string>>, signal?: AbortSignal) {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(form),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = await readText(response);
    return { status: response.status, isOk: response.ok, json: jsonOf(text) };
  } catch (error) {
    if (error instanceof OAuthError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'no_answer';
    throw new OAuthError(limit.aborted ? 'timeout' : code, '', 'unreachable');
  }
}

async function readText(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_CHARS) throw new OAuthError('answer_too_long', '', 'other');
  }
  return text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
