import { reportedDays, reportedSources } from '../domain-reports/read.ts';
import { daysView, sourceView } from '../domain-reports/view.ts';
import type { PageContext, Route } from '../http/context.ts';
import { queryText } from '../http/params.ts';
import { domainOf } from '../lib/email-address.ts';
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

  const sourcesView = async (ctx: PageContext, domain: string, cursor: string | null) => {
    const { items, next } = await reportedSources(ctx.scope, domain, cursor);
    return {
      rows: items.map(sourceView),
      more: next === null ? null : `/deliverability/${domain}/sources?${new URLSearchParams({ cursor: next })}`,
    };
  };

  const sources = async (ctx: PageContext): Promise<void> => {
    const domain = ourDomain(ctx);
    const view = { domain, sources: await sourcesView(ctx, domain, queryText(ctx, 'cursor') || null) };
    if (ctx.isFragment) ctx.fragment('domain-reports/_rows', view);
    else ctx.page('domain-reports/sources', view);
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
      reported: daysView(await reportedDays(ctx.scope, domain), ctx.scope.now()),
      sources: await sourcesView(ctx, domain, null),
      rua: senders().find(({ address }) => domainOf(address) === domain)?.address ?? '',
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
    { method: 'GET', path: '/deliverability', may: 'mail', handle: list },
    { method: 'GET', path: '/deliverability/:domain', may: 'mail', handle: show },
    { method: 'GET', path: '/deliverability/:domain/sources', may: 'mail', handle: sources },
    { method: 'POST', path: '/deliverability/:domain/checks', may: 'mail', handle: check },
  ];
}
