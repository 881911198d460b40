import { z } from 'zod';
import { windowOf } from '../events/stream.ts';
import type { PageContext, Route } from '../http/context.ts';
import { openEventStream } from '../http/event-stream.ts';
import { emailField, optionalLineField, queryText, readForm } from '../http/params.ts';
import { withoutComments } from '../http/script.ts';
import { AppError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { InboxId, VisitorId } from '../lib/ids.ts';
import { isLanguage } from '../lib/language.ts';
import { errorFacts } from '../lib/log.ts';
import { createRateLimiter, networkOf, type RateLimiter, TooManyError } from '../lib/rate-limit.ts';
import { storable } from '../lib/text.ts';
import { fetchLines, waitingFor } from '../visitors/fetch.ts';
import { recogniseVisitor } from '../visitors/recognise.ts';
import { sayToInbox } from '../visitors/say.ts';
import { gatherSigns } from '../visitors/signs.ts';
import { type Line, SIGN_MS, type Sign, type Visitor } from '../visitors/types.ts';
import { type ChatInbox, chatInbox } from './chat-inbox.ts';
import { frameFile, SECONDS_KEPT } from './frame.ts';
import type { WidgetRouteDeps } from './routes.ts';

export const MAX_LINE_CHARS = 4_000;
/** Who talks writes often; a machine is slowed down. */
const TALKING = { free: 20, firstWaitMs: 2_000, maxWaitMs: 60_000, forgetMs: 60_000 };
/** A lively talk asks for each of its lines; a machine then waits a second or two each time. */
const READING = { free: 60, firstWaitMs: 1_000, maxWaitMs: 2_000, forgetMs: 10_000 };
/** All of one network who have not begun a talk, together. */
const LOOKING = { ...READING, free: 300 };
const MAX_WINDOWS = 2_000;
/** A company behind one address, or a proxy that hides them. */
const MAX_WINDOWS_OF_NETWORK = 300;

const LINE = z
  .object({
    key: z.string().regex(/^[a-z0-9]{8,40}$/),
    begin: z
      .string()
      .regex(/^([a-z2-9]{32})?$/)
      .default(''),
    text: z
      .string()
      .default('')
      .transform((typedIn) => storable(typedIn).replaceAll('\r\n', '\n').trim())
      .pipe(z.string().max(MAX_LINE_CHARS, 'forms.too_long')),
    name: optionalLineField(120),
    email: z.literal('').or(emailField).default(''),
  })
  .refine(({ text, email }) => text !== '' || email !== '', { path: ['text'], message: 'forms.required' });

export interface ChatRouteDeps extends WidgetRouteDeps {
  /** Counts what strangers begin, notes and talks, by their network. */
  readonly beginning: RateLimiter;
}

/** The live talk in the frame. Whose it is says the token in a header, which no other page can send and no log writes down. */
export function chatRoutes(deps: ChatRouteDeps): readonly Route[] {
  const { widget, general, translator, log, stream, directory, beginning } = deps;
  const talking = createRateLimiter(TALKING);
  const reading = createRateLimiter(READING);
  const looking = createRateLimiter(LOOKING);
  const script = withoutComments(frameFile('chat.js'));
  const windows = new Map<string, number>();
  let sign: ReturnType<typeof gatherSigns> | null = null;
  const noteSign = (ctx: PageContext, { id }: Visitor, what: Sign): void => {
    sign ??= gatherSigns(ctx.scope, log);
    sign(id, what);
  };

  const openChat = async (ctx: PageContext): Promise<ChatInbox> => {
    const chat = (await widget.read(ctx.scope)).settings.isOn ? await chatInbox(ctx.scope, deps) : null;
    if (!chat) throw new NotFoundError('The chat');
    return chat;
  };

  const visitorOf = (ctx: PageContext, inboxId: InboxId): Promise<Visitor | null> =>
    recogniseVisitor(ctx.scope, ctx.get('X-Visitor'), inboxId);

  /** Whose window asks; null = he has not begun a talk. Raises too_many. */
  const readerOf = async (ctx: PageContext, inboxId: InboxId): Promise<Visitor | null> => {
    const visitor = await visitorOf(ctx, inboxId);
    const [limiter, who] = visitor ? [reading, String(visitor.id)] : [looking, networkOf(ctx.ip)];
    const waitMs = limiter.attempt(who, ctx.scope.now());
    if (waitMs > 0) throw new TooManyError(waitMs);
    return visitor;
  };

  const file = (ctx: PageContext): void => {
    ctx.set({ 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': `public, max-age=${SECONDS_KEPT}` });
    ctx.body = script;
  };

  /** What stands in the window, and whether somebody is there to answer. */
  const show = async (ctx: PageContext): Promise<void> => {
    const { inbox, talk } = await openChat(ctx);
    const visitor = await readerOf(ctx, inbox.id);
    const after = Number(/^\d{1,9}$/.exec(queryText(ctx, 'after', 20))?.[0] ?? 0);
    if (visitor) noteSign(ctx, visitor, 'seen');
    ctx.body = {
      isOpen: (await widget.read(ctx.scope)).isChatOpen,
      isKnown: visitor !== null,
      asks: visitor?.email ? 'nothing' : talk.asks(inbox.settings),
      lines: visitor ? (await fetchLines(ctx.scope, visitor, after)).map(lineView) : [],
    };
  };

  /** For a closed window: a number and no more. */
  const count = async (ctx: PageContext): Promise<void> => {
    const { inbox } = await openChat(ctx);
    const visitor = await readerOf(ctx, inbox.id);
    if (visitor) noteSign(ctx, visitor, 'around');
    ctx.body = { isKnown: visitor !== null, waiting: visitor ? await waitingFor(ctx.scope, visitor) : 0 };
  };

  const say = async (ctx: PageContext): Promise<void> => {
    const { inbox, talk } = await openChat(ctx);
    const said = readForm(LINE, ctx.form);
    const visitor = await visitorOf(ctx, inbox.id);
    // One whose answer was lost comes again without having learnt that it began a talk.
    const begun = visitor ?? (await recogniseVisitor(ctx.scope, said.begin, inbox.id));
    const [limiter, who] = begun ? [talking, String(begun.id)] : [beginning, networkOf(ctx.ip)];
    const waitMs = limiter.attempt(who, ctx.scope.now());
    if (waitMs > 0) throw new TooManyError(waitMs);
    const t = translator((await general.read(ctx.scope)).defaultLanguage);
    const words = { name: t('widget.name'), email: t('widget.email'), stopgap: (id: VisitorId) => t('widget.chat.visitor', { id }) };
    const { keep, hasRoom } = deps;
    const saying = { inbox, talk, keep, hasRoom, isOurs: directory.isOurs, words };
    const { token } = await sayToInbox(ctx.scope, saying, visitor, said).catch((error: unknown) => {
      limiter.forgive(who);
      throw error;
    });
    ctx.body = { token };
  };

  const take = async (ctx: PageContext): Promise<void> => {
    try {
      await say(ctx);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn('visitor_line_refused', errorFacts(error));
      if (error instanceof TooManyError) ctx.set('Retry-After', String(error.retryAfterSeconds));
      const asked = ctx.form['lang'];
      const t = translator(isLanguage(asked) ? asked : ctx.language);
      const fields = error instanceof InvalidError ? Object.entries(error.fields).map(([name, key]) => [name, t(key)]) : [];
      ctx.status = error.status;
      ctx.body = { code: error.code, fields: Object.fromEntries(fields) };
    }
  };

  /** Says only that there is something new; the window then asks for it. */
  const live = async (ctx: PageContext): Promise<void> => {
    const { inbox } = await openChat(ctx);
    const visitor = await readerOf(ctx, inbox.id);
    if (!visitor) throw new NotFoundError('The chat');
    const network = networkOf(ctx.ip);
    const [all, own] = [windows.values().reduce((sum, n) => sum + n, 0), windows.get(network) ?? 0];
    if (all >= MAX_WINDOWS || own >= MAX_WINDOWS_OF_NETWORK) throw new TooManyError(SIGN_MS);
    windows.set(network, own + 1);
    const name = windowOf(visitor.id);
    const onEnd = (): void => {
      unsubscribe();
      const left = (windows.get(network) ?? 1) - 1;
      if (left > 0) windows.set(network, left);
      else windows.delete(network);
    };
    const events = openEventStream(ctx, SIGN_MS, () => noteSign(ctx, visitor, 'seen'), onEnd);
    const unsubscribe = stream.subscribe((names) => {
      // '*': what was said meanwhile by other processes was not heard.
      if (names.includes(name) || names.includes('*')) events.write('data: new\n\n');
    }, events.end);
    events.write('data: open\n\n');
  };

  return [
    { method: 'GET', path: '/widget/chat.js', may: 'public', handle: file },
    { method: 'GET', path: '/widget/chat', may: 'public', isFramed: true, handle: show },
    { method: 'POST', path: '/widget/chat', may: 'public', isFramed: true, handle: take },
    { method: 'GET', path: '/widget/chat/waiting', may: 'public', isFramed: true, handle: count },
    { method: 'GET', path: '/widget/chat/live', may: 'public', isFramed: true, handle: live },
  ];
}

/** His own lines by the keys that his window gave them. */
const lineView = ({ id, externalId, isOurs, name, text, at }: Line) => ({
  id,
  key: isOurs ? null : externalId.slice(externalId.indexOf('.') + 1),
  name,
  text,
  at: at.toISOString(),
});
