import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText, typedText } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { Devices } from './devices.ts';
import { grants } from './list.ts';
import { beginLogin, type LoginDeps, loginOf, type Returned, takeReturn } from './log-in.ts';
import type { Login } from './types.ts';
import { loginView } from './view.ts';

const WAY = z.object({ way: z.enum(['code', 'device']).optional() });
const MAX_CHARS = 8000;

export interface LoginRouteDeps extends LoginDeps {
  readonly devices: Devices;
}

/** Logging in at a service: the page that leads there, the one that is come back to, and the address that was copied. */
export function loginRoutes(deps: LoginRouteDeps): readonly Route[] {
  const found = (ctx: PageContext): Promise<Login> => loginOf(ctx.scope, idParam(ctx, 'oauth_logins'), ctx.agent.id);

  const view = async (ctx: PageContext, login: Login) => {
    const grant = (await grants(ctx.scope)).get(login.grantId);
    if (!grant) throw new NotFoundError('Grant');
    return loginView(ctx.t, login, grant, deps.services, deps.publicUrl, ctx.scope.now());
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const login = await found(ctx);
    if (login.state === 'done') return ctx.seeOther(login.back);
    if (login.way === 'device' && login.state === 'waiting') await deps.devices.wake();
    ctx.page('oauth/login', { ...(await view(ctx, login)), wrongAddress: false });
  };

  const state = async (ctx: PageContext): Promise<void> => {
    const login = await found(ctx);
    if (login.state === 'done') return ctx.seeOther(login.back);
    ctx.fragment('oauth/_device', await view(ctx, login));
  };

  const take = async (ctx: PageContext, returned: Returned): Promise<void> => {
    const id = await takeReturn(ctx.scope, deps, ctx.agent.sessionId, returned);
    if (id === null) ctx.toast(ctx.t('oauth.login.problem.foreign'), 'problem');
    ctx.seeOther(id === null ? (ctx.agent.role === 'administrator' ? '/mailboxes' : '/profile/mailboxes') : `/oauth/logins/${id}`);
  };

  const comeBack = (ctx: PageContext): Promise<void> => {
    const [part, error] = [(name: string) => queryText(ctx, name, MAX_CHARS), queryText(ctx, 'error', MAX_CHARS)];
    return take(ctx, { state: part('state'), code: part('code'), error, description: part('error_description') });
  };

  /** The address that the browser showed where it could not come back. */
  const paste = async (ctx: PageContext): Promise<void> => {
    const login = await found(ctx);
    const text = typedText(ctx, 'address').trim();
    const query = URL.canParse(text) ? new URL(text).searchParams : null;
    const part = (name: string): string => query?.get(name) ?? '';
    if (part('state') === '' || (part('code') === '' && part('error') === ''))
      return ctx.page('oauth/login', { ...(await view(ctx, login)), wrongAddress: true }, 422);
    await take(ctx, { state: part('state'), code: part('code'), error: part('error'), description: part('error_description') });
  };

  const again = async (ctx: PageContext): Promise<void> => {
    const { grantId, back } = await found(ctx);
    const { way } = WAY.parse(ctx.form);
    const { id: agentId, sessionId } = ctx.agent;
    if (sessionId === null) throw new NotFoundError('Session');
    const id = await beginLogin(ctx.scope, deps, { grantId, back, agentId, sessionId, ...(way ? { way } : {}) });
    await deps.devices.wake();
    ctx.seeOther(`/oauth/logins/${id}`);
  };

  const page = (method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({ method, path, may: 'agent', handle });
  return [
    page('GET', '/oauth/return', comeBack),
    page('GET', '/oauth/logins/:id', show),
    page('GET', '/oauth/logins/:id/state', state),
    page('POST', '/oauth/logins/:id/address', paste),
    page('POST', '/oauth/logins/:id/attempts', again),
  ];
}
