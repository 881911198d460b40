import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, readForm, typedText } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { clientOf, removeClient, saveClient } from './client.ts';
import { registrations } from './list.ts';
import type { RegistrationDeps } from './log-in.ts';
import { isService, SERVICES, type Service } from './types.ts';
import { registrationView, serviceView } from './view.ts';

const REGISTRATION = z.object({
  clientId: z.string().default(''),
  clientSecret: z.string().default(''),
  isPublic: z.string().optional(),
  tenant: z.string().default(''),
  secretExpiresOn: z.string().default(''),
});

/** Settings → Log-in at providers: the registration at each service, once for all mailboxes. */
export function registrationRoutes({ keyring, services, publicUrl, scopesOf, accountsOf }: RegistrationDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const known = await registrations(ctx.scope);
    ctx.page('oauth/list', { services: SERVICES.map((one) => serviceView(one, known.get(one) ?? null, ctx.scope.now())) });
  };

  const serviceOf = (ctx: PageContext): Service => {
    const service = ctx.params['service'];
    if (!isService(service)) throw new NotFoundError('Service');
    return service;
  };

  const isRegistered = async (ctx: PageContext): Promise<boolean> => (await registrations(ctx.scope)).has(serviceOf(ctx));

  const draw = async (
    ctx: PageContext,
    values: Readonly<Record<string, unknown>>,
    errors: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const service = serviceOf(ctx);
    const view = { ...registrationView(services, service, publicUrl, scopesOf(service)), isRegistered: await isRegistered(ctx) };
    ctx.page('oauth/service', { ...view, values, errors }, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const stored = async (ctx: PageContext) => {
    const client = await clientOf(ctx.scope, keyring, serviceOf(ctx));
    const { clientId = '', tenant = '', secretExpiresOn = '' } = client ?? {};
    const isStored = client !== null && client.clientSecret !== '';
    return { clientId, tenant, secretExpiresOn, isStored, isPublic: client !== null && !isStored };
  };

  const save = async (ctx: PageContext): Promise<void> => {
    const service = serviceOf(ctx);
    const work = async (): Promise<void> => {
      const { isPublic, ...input } = readForm(REGISTRATION, ctx.form);
      await saveClient(ctx.scope, keyring, service, { ...input, isPublic: isPublic !== undefined });
      ctx.toast(ctx.t('oauth.saved', { service: ctx.t(`oauth.service.${service}`) }));
      ctx.seeOther('/oauth');
    };
    await orRedraw(ctx, work, async (errors) => {
      const typed = Object.fromEntries(['clientId', 'tenant', 'secretExpiresOn'].map((name) => [name, typedText(ctx, name)]));
      await draw(ctx, { ...(await stored(ctx)), ...typed, isPublic: ctx.form['isPublic'] !== undefined }, errors);
    });
  };

  const removal = async (ctx: PageContext): Promise<void> => {
    const service = serviceOf(ctx);
    if (!(await isRegistered(ctx))) throw new NotFoundError('Registration');
    ctx.page('oauth/removal', { service, accounts: await accountsOf(service) });
  };

  const remove = async (ctx: PageContext): Promise<void> => {
    const service = serviceOf(ctx);
    await removeClient(ctx.scope, service);
    ctx.toast(ctx.t('oauth.removal.done', { service: ctx.t(`oauth.service.${service}`) }));
    ctx.seeOther('/oauth');
  };

  return [
    { method: 'GET', path: '/oauth', may: 'administrator', handle: list },
    { method: 'GET', path: '/oauth/:service', may: 'administrator', handle: async (ctx) => draw(ctx, await stored(ctx)) },
    { method: 'POST', path: '/oauth/:service', may: 'administrator', handle: save },
    { method: 'GET', path: '/oauth/:service/removal', may: 'administrator', handle: removal },
    { method: 'POST', path: '/oauth/:service/removal', may: 'administrator', handle: remove },
  ];
}
