import { z } from 'zod';
import { noteLogin } from '../agents/check-password.ts';
import { chooseLanguage } from '../agents/edit-profile.ts';
import { hasAgents } from '../agents/list-agents.ts';
import type { PageContext, Route } from '../http/context.ts';
import type { CookieJar } from '../http/cookies.ts';
import { ownPath } from '../http/own-path.ts';
import { LANGUAGE_COOKIE } from '../http/page-context.ts';
import { readForm, typedText } from '../http/params.ts';
import { LANGUAGES } from '../lib/language.ts';
import type { Log } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import { createDevices } from './device.ts';
import { enter, leave, type SessionWriter } from './enter.ts';
import { createLoginLimits, logIn } from './log-in.ts';
import { loginView, waitText } from './view.ts';

const YEAR_SECONDS = 365 * 86_400;
const LOGIN = z.object({ email: z.string().max(320), password: z.string().max(4_000) });
const LANGUAGE = z.object({ language: z.enum(LANGUAGES), back: z.string().optional() });

export interface SessionRouteDeps {
  readonly sessionCookie: SessionWriter;
  readonly jar: CookieJar;
  readonly keyring: Keyring;
  readonly log: Log;
}

/** Log-in, log-out, and the language switch that works before log-in too. */
export function sessionRoutes({ sessionCookie, jar, keyring, log }: SessionRouteDeps): readonly Route[] {
  const limits = createLoginLimits();
  const devices = createDevices(keyring, jar);

  const showLogin = async (ctx: PageContext): Promise<void> => {
    const next = ownPath(ctx.query['next']);
    if (ctx.visitor) ctx.seeOther(next);
    else if (await hasAgents(ctx.scope)) ctx.page('sessions/login', loginView({ next }));
    else ctx.page('setup/waiting', { isStale: false });
  };

  const submitLogin = async (ctx: PageContext): Promise<void> => {
    const next = ownPath(ctx.form['next']);
    const { email, password } = readForm(LOGIN, ctx.form);
    const result = await logIn(ctx.scope, limits, {
      ...{ email, password, ip: ctx.ip },
      knownDevice: (account) => devices.known(ctx, account),
      enter: (proven) => enter(ctx, sessionCookie, proven.agent.id, (tx) => noteLogin(tx, proven)),
    });
    if (result.outcome === 'in') {
      devices.remember(ctx, result.account);
      log.info('login', { agentId: result.agent.id, ip: ctx.ip });
      return ctx.seeOther(next);
    }
    const isWait = result.outcome === 'wait';
    log.warn('login_refused', { reason: result.outcome, ip: ctx.ip });
    if (isWait) ctx.set('Retry-After', String(Math.ceil(result.waitMs / 1000)));
    const problem = isWait ? waitText(ctx.t, result.waitMs) : ctx.t('sessions.problem.wrong');
    ctx.page('sessions/login', loginView({ next, email: typedText(ctx, 'email'), problem }), isWait ? 429 : 422);
  };

  const switchLanguage = async (ctx: PageContext): Promise<void> => {
    const { language, back } = readForm(LANGUAGE, ctx.form);
    jar.set(ctx, LANGUAGE_COOKIE, language, YEAR_SECONDS);
    if (ctx.visitor) await chooseLanguage(ctx.scope, ctx.visitor.id, language);
    ctx.seeOther(ownPath(back));
  };

  return [
    { method: 'GET', path: '/login', may: 'public', handle: showLogin },
    { method: 'POST', path: '/login', may: 'public', handle: submitLogin },
    {
      method: 'POST',
      path: '/logout',
      may: 'agent',
      handle: async (ctx) => {
        await leave(ctx, sessionCookie);
        ctx.seeOther('/login');
      },
    },
    { method: 'POST', path: '/language', may: 'public', handle: switchLanguage },
  ];
}
