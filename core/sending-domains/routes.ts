import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import type { Dns } from '../lib/dns.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { Keyring } from '../lib/secrets.ts';
import { checkKey } from './check-key.ts';
import { listSendingDomains } from './list-domains.ts';
import { makeSigningKey } from './make-key.ts';
import { removeKey, signWithKey } from './switch-key.ts';
import type { SigningKeyId } from './types.ts';
import { domainView } from './view.ts';

export interface SendingDomainRouteDeps {
  readonly keyring: Keyring;
  readonly dns: Dns;
  /** Addresses of every inbox that writes e-mail. */
  readonly addresses: () => readonly string[];
}

/** Settings → Mail → Domains: which domains sign what they send, with which key, and the record to publish. */
export function sendingDomainRoutes({ keyring, dns, addresses }: SendingDomainRouteDeps): readonly Route[] {
  const domains = async (ctx: PageContext) => ({
    domains: (await listSendingDomains(ctx.scope, addresses())).map((one) => domainView(one, ctx.scope.now())),
  });

  const list = async (ctx: PageContext): Promise<void> => {
    if (ctx.isFragment) ctx.fragment('sending-domains/_list', await domains(ctx));
    else ctx.page('sending-domains/list', await domains(ctx));
  };

  const done = async (ctx: PageContext, text: string, kind: 'done' | 'problem' = 'done'): Promise<void> => {
    ctx.toast(ctx.t(text, { domain: ctx.params['domain'] ?? '' }), kind);
    if (ctx.isFragment) await list(ctx);
    else ctx.seeOther('/sending-domains');
  };

  /** Only a domain of ours: nobody makes keys for another. */
  const ourDomain = async (ctx: PageContext): Promise<string> => {
    const known = await listSendingDomains(ctx.scope, addresses());
    const found = known.find(({ domain }) => domain === ctx.params['domain']);
    if (!found) throw new NotFoundError('Domain');
    return found.domain;
  };

  const onKey = (work: (ctx: PageContext, domain: string, id: SigningKeyId) => Promise<void>) => async (ctx: PageContext) =>
    work(ctx, await ourDomain(ctx), idParam(ctx, 'signing_keys', 'key'));

  const make = async (ctx: PageContext): Promise<void> => {
    await makeSigningKey(ctx.scope, keyring, await ourDomain(ctx));
    await done(ctx, 'sending-domains.made');
  };

  const check = onKey(async (ctx, domain, id) => {
    // Seen as missing a moment ago, by a job say, is no answer to who has published it since.
    dns.forget();
    const { problem, state } = await checkKey(ctx.scope, dns, domain, id);
    await done(ctx, `sending-domains.checked.${problem ?? state}`, problem === null ? 'done' : 'problem');
  });

  const activate = onKey(async (ctx, domain, id) => {
    await signWithKey(ctx.scope, domain, id);
    await done(ctx, 'sending-domains.checked.active');
  });

  const remove = onKey(async (ctx, domain, id) => {
    await removeKey(ctx.scope, domain, id);
    await done(ctx, 'sending-domains.removed');
  });

  const key = '/sending-domains/:domain/keys/:key';
  return [
    { method: 'GET', path: '/sending-domains', may: 'administrator', handle: list },
    { method: 'POST', path: '/sending-domains/:domain/keys', may: 'administrator', handle: make },
    { method: 'POST', path: `${key}/checks`, may: 'administrator', handle: check },
    { method: 'POST', path: `${key}/activation`, may: 'administrator', handle: activate },
    { method: 'POST', path: `${key}/removal`, may: 'administrator', handle: remove },
  ];
}
