import type { Context } from 'koa';
import type { Scope } from '../db/scope.ts';
import { isLanguage, LANGUAGES, type Language } from '../lib/language.ts';
import { LoginNeededError } from './access.ts';
import type { PageContext, Upload } from './context.ts';
import type { CookieJar } from './cookies.ts';
import type { CsrfGuard } from './csrf.ts';
import { ownPath, pathOfUrl } from './own-path.ts';
import type { PageLocals, Renderer } from './render.ts';
import type { SessionClaims } from './session.ts';
import type { Site, Toast, Visitor } from './site.ts';
import type { Toasts } from './toasts.ts';

export const LANGUAGE_COOKIE = 'language';

export interface PageParts {
  readonly renderer: Pick<Renderer, 'render' | 'translator'>;
  readonly csrf: CsrfGuard;
  readonly jar: CookieJar;
  readonly toasts: Toasts;
}

/** Who and what this one request is about. */
export interface Asked {
  readonly scope: Scope;
  readonly visitor: Visitor | null;
  readonly session: SessionClaims | null;
  readonly site: Site;
  readonly form: Readonly<Record<string, unknown>>;
  readonly uploads: readonly Upload[];
  /** A page in a frame on another site. */
  readonly isFramed?: boolean;
}

/** True when htmx wants a part of a page: not a plain visit, nor a link that replaces the whole body (its request type is `full`). */
export function wantsFragment(ctx: Context): boolean {
  return ctx.get('HX-Request') === 'true' && ctx.get('HX-Request-Type') !== 'full';
}

export const isHtmx = (ctx: Context): boolean => ctx.get('HX-Request') === 'true';

/** The agent's choice, else the cookie of the language switch, else the browser's, else the company's. */
export function chooseLanguage(ctx: Context, jar: CookieJar, visitor: Visitor | null, otherwise: Language): Language {
  if (visitor) return visitor.language;
  const chosen = jar.get(ctx, LANGUAGE_COOKIE);
  if (isLanguage(chosen)) return chosen;
  const accepted = ctx.acceptsLanguages([otherwise, ...LANGUAGES.filter((language) => language !== otherwise)]);
  return isLanguage(accepted) ? accepted : otherwise;
}

/** The page that the person is looking at: one that GET answers, also when a form was sent or htmx asked for a part of it. */
export function currentPath(ctx: Context): string {
  if (wantsFragment(ctx)) return ownPath(pathOfUrl(ctx.get('HX-Current-URL')));
  return ownPath(ctx.method === 'GET' || ctx.method === 'HEAD' ? ctx.originalUrl : pathOfUrl(ctx.get('Referer')));
}

/** 303 for a plain form, HX-Redirect for htmx; never out of this site. */
export function seeOther(ctx: Context, path: string): void {
  const own = ownPath(path);
  ctx.body = '';
  if (isHtmx(ctx)) {
    ctx.status = 204;
    ctx.set('HX-Redirect', own);
  } else {
    ctx.status = 303;
    ctx.set('Location', own);
  }
}

/** A name that never leaves this machine. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');

/** Makes a Koa context what handlers and error pages work with. */
export function preparePage(ctx: Context, parts: PageParts, asked: Asked): asserts ctx is Context & PageContext {
  const { renderer, csrf, jar, toasts } = parts;
  const { visitor, site, scope } = asked;
  const language = chooseLanguage(ctx, jar, visitor, site.defaultLanguage);
  const t = renderer.translator(language);
  const askedAt = scope.now();
  let toast: Toast | null = null;

  const draw = (template: string, data: object, status: number): void => {
    const isFragment = wantsFragment(ctx);
    const kept = isFragment || asked.isFramed ? [] : toasts.take(ctx);
    const locals: PageLocals = {
      language,
      now: askedAt,
      csrfToken: asked.isFramed ? csrf.frameToken(askedAt) : csrf.token(ctx, asked.session),
      agent: visitor?.agent ?? null,
      path: currentPath(ctx),
      isInClear: !ctx.secure && !isLocal(ctx.hostname),
      site,
      toasts: toast ? [...kept, toast] : kept,
    };
    const html = renderer.render(template, { ...locals, ...data });
    const extra =
      isFragment && toast
        ? `<hx-partial hx-target="#toasts" hx-swap="beforeend">${renderer.render('components/_toasts', locals)}</hx-partial>`
        : '';
    ctx.status = status;
    ctx.type = 'html';
    ctx.vary('HX-Request');
    // As bytes: as text it would be counted and written in UTF-8 twice.
    ctx.body = Buffer.from(html + extra);
  };

  const additions: Partial<PageContext> = {
    scope,
    language,
    t,
    form: asked.form,
    uploads: asked.uploads,
    isFragment: wantsFragment(ctx),
    visitor: visitor?.agent ?? null,
    page: (template, data = {}, status = 200) => draw(template, data, status),
    fragment: (template, data = {}, status = 200) => draw(template, data, status),
    seeOther: (path) => {
      if (toast) toasts.keep(ctx, toast);
      seeOther(ctx, path);
    },
    toast: (text, kind = 'done', undo) => {
      toast = undo ? { text, kind, undo } : { text, kind };
    },
  };
  Object.assign(ctx, additions);
  Object.defineProperty(ctx, 'agent', {
    configurable: true,
    get: () => {
      if (!visitor) throw new LoginNeededError();
      return visitor.agent;
    },
  });
}
