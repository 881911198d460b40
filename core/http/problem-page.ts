import type { Context } from 'koa';
import { errorFacts, type Log } from '../lib/log.ts';
import { answerJson, type Problem } from './errors.ts';
import { type Asked, currentPath, type PageParts, preparePage, seeOther, wantsFragment } from './page-context.ts';
import { setSecurityHeaders } from './security-headers.ts';
import type { Site } from './site.ts';

const UNKNOWN_SITE: Site = {
  ...{ companyName: '', terms: '', privacy: '', defaultLanguage: 'pl', timeZone: 'Europe/Warsaw' },
  ...{ maxAttachments: 0, maxMessageMb: 0 },
};

/** `errors.<name>.title` of a problem: its own, or that of its status. */
const OWN_TEXT: ReadonlySet<string> = new Set([
  'csrf_token',
  'cross_site',
  'address_blocked',
  'address_taken',
  'agent_disabled',
  'answered_meanwhile',
  'conversation_in_trash',
  'conversation_is_spam',
  'delivery_not_cancellable',
  'delivery_not_retryable',
  'inbox_unknown',
  'footer_fixed',
  'last_administrator',
  'too_many_canned_responses',
  'plugin_unknown',
  'blob_missing',
  'method_not_allowed',
  'media_type',
  'attachment_infected',
  'original_infected',
  'file_infected',
  'file_withheld',
  'personal_mailboxes_off',
  'personal_locked',
  'key_waiting',
  'limit',
  'text_too_long',
  'conversation_gone',
  'not_in_this_folder',
  'setup_link',
]);
/** There may be so many labels, teams, rules and so on: one text for all of them but those that have their own. */
const textCode = (code: string): string => (/^too_many_/.test(code) && !OWN_TEXT.has(code) ? 'limit' : code);
const TEXT_OF_STATUS: Readonly<Record<number, string>> = {
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  422: 'invalid',
  429: 'too_many',
  500: 'internal',
  503: 'temporary',
};

export interface ProblemParts {
  readonly isApi: boolean;
  readonly log: Log;
  readonly publicUrl: string;
  readonly page: PageParts;
  /** `site` is null when even the settings could not be read. */
  readonly asked: Pick<Asked, 'scope' | 'visitor' | 'session'> & { readonly site: Site | null };
}

/** Sends a person without a session to the log-in form and from there back to where he wanted to go. */
export function sendToLogin(ctx: Context): void {
  const next = currentPath(ctx);
  seeOther(ctx, next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`);
}

/** Answers with JSON, a page, or, for a part of a page, a toast that leaves the page as it is. */
export function answerProblem(ctx: Context, problem: Problem, parts: ProblemParts): void {
  setSecurityHeaders(ctx, parts.publicUrl);
  if (problem.retryAfterSeconds) ctx.set('Retry-After', String(problem.retryAfterSeconds));
  if (problem.code === 'unauthorized') ctx.set('WWW-Authenticate', 'Bearer');
  try {
    if (parts.isApi) answerJson(ctx, problem);
    else drawProblem(ctx, problem, parts);
  } catch (error) {
    parts.log.error('error_page_failed', { path: ctx.path, ...errorFacts(error) });
    ctx.status = problem.status;
    ctx.type = 'text';
    ctx.body = [problem.message, problem.help, problem.reference].filter(Boolean).join('\n');
  }
}

function drawProblem(ctx: Context, problem: Problem, { page, asked }: ProblemParts): void {
  const { status, help, reference } = problem;
  const code = problem.text ?? textCode(problem.code);
  const prepared: Context = ctx;
  preparePage(prepared, page, { ...asked, site: asked.site ?? UNKNOWN_SITE, form: {}, uploads: [] });
  const name = OWN_TEXT.has(code) ? code : (TEXT_OF_STATUS[status] ?? 'bad_request');
  const message = prepared.t(`errors.${name}.title`);
  if (wantsFragment(ctx)) {
    prepared.toast([`${message}.`, prepared.t(`errors.${name}.help`), reference].filter(Boolean).join(' '), 'problem');
    ctx.set('HX-Reswap', 'none');
    prepared.fragment('components/_toasts', { toasts: [] }, status);
  } else prepared.page('errors/problem', { status, code, message, help, reference }, status);
}
