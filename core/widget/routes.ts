import { z } from 'zod';
import type { Blobs } from '../blobs/blobs.ts';
import type { Stream } from '../events/stream.ts';
import type { PageContext, Route } from '../http/context.ts';
import { CrossSiteError } from '../http/csrf.ts';
import { sendFile } from '../http/files.ts';
import { emailField, lineField, optionalLineField, orRedraw, queryText, readForm, typed, typedText } from '../http/params.ts';
import { withoutComments } from '../http/script.ts';
import { PAGE_CSP } from '../http/security-headers.ts';
import { AppError, NotFoundError } from '../lib/errors.ts';
import { isLanguage, type Language } from '../lib/language.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { createRateLimiter, networkOf, TooManyError } from '../lib/rate-limit.ts';
import { storable } from '../lib/text.ts';
import { pictureOf } from '../pictures/find.ts';
import type { CachedGeneral } from '../settings/cached-general.ts';
import type { CachedWidget, Shown } from './cached.ts';
import { type ChatDeps, chatInbox } from './chat-inbox.ts';
import { chatRoutes } from './chat-routes.ts';
import { frameFile, SECONDS_KEPT } from './frame.ts';
import { inkOn, originOf } from './settings.ts';
import { type NoteDeps, takeNote } from './take-note.ts';
import type { WidgetSettings } from './types.ts';

const MAX_TEXT_CHARS = 10_000;
/** Each of those as nine, as browsers write them in a form, and again as much to say that it is too long. */
const MAX_BODY_BYTES = 200_000;
/** A person writes twice or three times; who does more waits a minute, then two. */
const WRITING = { free: 5, firstWaitMs: 60_000, maxWaitMs: 3_600_000, forgetMs: 3_600_000 };
const FIELDS = ['name', 'email', 'phone', 'text', 'page'] as const;

const text = z
  .string()
  .transform((typedIn) => storable(typedIn).replaceAll('\r\n', '\n').trim())
  .pipe(z.string().min(1, 'forms.required').max(MAX_TEXT_CHARS, 'forms.too_long'));
const NOTE = z.object({
  name: lineField(120),
  email: emailField,
  phone: optionalLineField(40),
  text,
  page: z.string().max(2_000).default(''),
});

export interface WidgetRouteDeps extends NoteDeps, ChatDeps {
  readonly directory: NoteDeps['directory'] & ChatDeps['directory'];
  readonly stream: Stream;
  readonly widget: CachedWidget;
  readonly blobs: Pick<Blobs, 'read'>;
  readonly general: CachedGeneral;
  readonly translator: (language: Language) => PageContext['t'];
  readonly log: Log;
}

/** What the company's website shows to everybody: the button, who is there, and the form in a frame. Nothing of it answers while it is off. */
export function widgetRoutes(deps: WidgetRouteDeps): readonly Route[] {
  const { widget, blobs, general, translator, log } = deps;
  const limiter = createRateLimiter(WRITING);
  const [loader, style] = [withoutComments(frameFile('loader.js')), frameFile('frame.css')];

  const shown = async (ctx: PageContext): Promise<Shown> => {
    const now = await widget.read(ctx.scope);
    if (!now.settings.isOn) throw new NotFoundError('The widget');
    return now;
  };

  const script = async (ctx: PageContext): Promise<void> => {
    const { settings } = await shown(ctx);
    const texts = (language: Language) => {
      const [open, close, waiting] = (['open', 'close', 'waiting'] as const).map((name) => translator(language)(`widget.${name}`));
      return { open, close, waiting };
    };
    const { side, offsetX, offsetY, colour } = settings;
    const given = { side, offsetX, offsetY, colour, ink: inkOn(colour), texts: { pl: texts('pl'), en: texts('en') } };
    const { defaultLanguage } = await general.read(ctx.scope);
    forOthers(ctx, 'text/javascript; charset=utf-8', SECONDS_KEPT);
    ctx.body = loader.replace('WIDGET', () => JSON.stringify({ ...given, language: defaultLanguage }));
  };

  const sheet = async (ctx: PageContext): Promise<void> => {
    const { colour } = (await shown(ctx)).settings;
    forOthers(ctx, 'text/css; charset=utf-8', SECONDS_KEPT);
    ctx.body = `:root{--accent:${colour};--ink:${inkOn(colour)}}\n${style}`;
  };

  /** The agent who is there; the company's logo when nobody is, or he has no picture; nothing where there is no logo. */
  const face = async (ctx: PageContext): Promise<void> => {
    const { attendant } = await shown(ctx);
    const own = attendant?.hasPicture ? await pictureOf(ctx.scope, { kind: 'agent', id: attendant.id }) : null;
    const picture = own ?? (await pictureOf(ctx.scope, { kind: 'company' }));
    // An error would stand in the console of every page of the company's website.
    if (!picture) {
      forOthers(ctx, 'text/plain', 30);
      ctx.status = 204;
      return;
    }
    const content = await blobs.read(picture.sha256);
    sendFile(ctx, '', { filename: 'face', contentType: picture.contentType, inline: true });
    forOthers(ctx, picture.contentType, 30);
    ctx.body = content;
  };

  const draw = (ctx: PageContext, now: Shown, data: object, status = 200): void => {
    const language = languageOf(ctx);
    ctx.set('Content-Security-Policy', framedBy(now.settings));
    ctx.remove('X-Frame-Options');
    ctx.page('widget/frame', { language, shown: now, values: {}, errors: {}, problem: '', isSent: false, talks: false, ...data }, status);
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const now = await shown(ctx);
    const isSent = queryText(ctx, 'sent') !== '';
    const asked = queryText(ctx, 'form') !== '' || isSent;
    const talks = !asked && (await chatInbox(ctx.scope, deps)) !== null;
    draw(ctx, now, { values: { page: queryText(ctx, 'page', 4_000) }, isSent, talks });
  };

  const keep = async (ctx: PageContext, { settings }: Shown): Promise<void> => {
    const { page, ...note } = readForm(NOTE, ctx.form);
    const who = networkOf(ctx.ip);
    const waitMs = limiter.attempt(who, ctx.scope.now());
    if (waitMs > 0) throw new TooManyError(waitMs);
    const words = translator((await general.read(ctx.scope)).defaultLanguage);
    const written = { ...note, page: pageOf(page, settings) };
    await takeNote(ctx.scope, deps, written, { phone: words('widget.phone'), page: words('widget.page') }).catch((error: unknown) => {
      // What was not taken may be sent again.
      limiter.forgive(who);
      throw error;
    });
    ctx.seeOther(`/widget?${new URLSearchParams({ lang: languageOf(ctx), sent: '1' })}`);
  };

  /** Whatever is in the way, what he wrote stays in the form. */
  const take = async (ctx: PageContext): Promise<void> => {
    const now = await shown(ctx);
    const t = translator(languageOf(ctx));
    const redraw = (data: object, status: number): void => draw(ctx, now, { values: typed(ctx, ...FIELDS), ...data }, status);
    try {
      await orRedraw(
        ctx,
        () => keep(ctx, now),
        (errors) => redraw({ errors }, 422),
        t,
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn('visitor_note_refused', errorFacts(error));
      if (error instanceof TooManyError) ctx.set('Retry-After', String(error.retryAfterSeconds));
      redraw({ problem: t(`widget.problem.${error.status === 429 ? 'too_many' : 'later'}`) }, error.status);
    }
  };

  /** A page that stayed open for long; an error page of ours no other website may show. */
  const takeAgain = async (ctx: PageContext): Promise<void> => {
    const now = await widget.read(ctx.scope);
    if (!now.settings.isOn) throw new CrossSiteError('csrf_token');
    draw(ctx, now, { values: typed(ctx, ...FIELDS), problem: translator(languageOf(ctx))('widget.problem.old') }, 403);
  };

  return [
    { method: 'GET', path: '/widget.js', may: 'public', handle: script },
    { method: 'GET', path: '/widget/frame.css', may: 'public', handle: sheet },
    { method: 'GET', path: '/widget/face', may: 'public', handle: face },
    { method: 'GET', path: '/widget', may: 'public', isFramed: true, handle: show },
    { method: 'POST', path: '/widget', may: 'public', isFramed: true, handle: take, whenOld: takeAgain, maxBodyBytes: MAX_BODY_BYTES },
    ...chatRoutes({ ...deps, beginning: limiter }),
  ];
}

/** In the language of the page around it, as the button says. */
function languageOf(ctx: PageContext): Language {
  const asked = typedText(ctx, 'lang') || ctx.query['lang'];
  return isLanguage(asked) ? asked : ctx.language;
}

/** Of all pages only these may show them in a frame, and our own settings. */
const framedBy = ({ sites }: WidgetSettings): string =>
  PAGE_CSP.replace("frame-ancestors 'none'", ["frame-ancestors 'self'", ...sites].join(' '));

/** The page that he wrote from, where it is one of the company's. */
function pageOf(address: string, { sites }: WidgetSettings): string | null {
  const origin = originOf(address);
  return origin !== null && sites.includes(origin) ? (URL.parse(address)?.href ?? null) : null;
}

/** Pages of other origins may load it. */
function forOthers(ctx: PageContext, type: string, seconds: number): void {
  ctx.set({ 'Content-Type': type, 'Cross-Origin-Resource-Policy': 'cross-origin', 'Cache-Control': `public, max-age=${seconds}` });
}
