import type { PageContext, Route } from '../http/context.ts';
import { NotFoundError } from '../lib/errors.ts';
import { domainsOf, type Sender } from './facts.ts';
import { queueCheck } from './queue-check.ts';
import { readAllChecks, readDomain } from './read-checks.ts';
import { changeView, checkView, domainRow, worstOf } from './view.ts';

/** Settings → Mail → Deliverability: what the world sees of our domains, and the records to publish. */
export function deliverabilityRoutes({ senders }: { readonly senders: () => readonly Sender[] }): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const checks = await readAllChecks(ctx.scope);
    const addresses = senders().map(({ address }) => address);
    const domains = domainsOf(senders()).map((domain) => domainRow(domain, checks.get(domain) ?? null, addresses));
    if (ctx.isFragment) ctx.fragment('deliverability/_list', { domains });
    else ctx.page('deliverability/list', { domains });
  };

  const ourDomain = (ctx: PageContext): string => {
    const found = domainsOf(senders()).find((domain) => domain === ctx.params['domain']);
    if (found === undefined) throw new NotFoundError('Domain');
    return found;
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const domain = ourDomain(ctx);
    const { checks: found, changes } = await readDomain(ctx.scope, domain);
    const view = {
      domain,
      checks: found?.results.map(checkView) ?? [],
      worst: found ? worstOf(found.results) : null,
      checkedAt: found?.checkedAt ?? null,
      changes: changes.map(changeView),
    };
    if (ctx.isFragment) ctx.fragment('deliverability/_domain', view);
    else ctx.page('deliverability/show', view);
  };

  const check = async (ctx: PageContext): Promise<void> => {
    const domain = ourDomain(ctx);
    await queueCheck(ctx.scope, domain);
    ctx.scope.wakeOutbox();
    ctx.toast(ctx.t('deliverability.checking'));
    ctx.seeOther(`/deliverability/${domain}`);
  };

  return [
    { method: 'GET', path: '/deliverability', may: 'administrator', handle: list },
    { method: 'GET', path: '/deliverability/:domain', may: 'administrator', handle: show },
    { method: 'POST', path: '/deliverability/:domain/checks', may: 'administrator', handle: check },
  ];
}
