import { z } from 'zod';
import { domainsOf, type Sender } from '../deliverability/facts.ts';
import { readAllChecks } from '../deliverability/read-checks.ts';
import { CHECK_STATES, CHECKS, type CheckResult, type DomainChecks } from '../deliverability/types.ts';
import { sentenceOf, worstOf } from '../deliverability/view.ts';
import type { Translate } from '../http/context.ts';
import { decodeCursor, encodeCursor } from '../lib/page.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { badCursor } from './paging.ts';
import { instant, named, pageOf, paging } from './schemas.ts';

const domainCheck = named(
  'DomainCheck',
  z.strictObject({
    name: z.enum(CHECKS),
    state: z.enum(CHECK_STATES).describe('`unknown`: nobody answered, or it cannot be seen from here; `info`: fine either way.'),
    finding: z.string().describe('Stable within its check: what a script should branch on.'),
    message: z.string().describe('One English sentence; may change.'),
    seen: z.array(z.string()).describe('What was there, as it was there.'),
    record: z
      .strictObject({ type: z.string(), host: z.string().describe('Without the domain; `@` is the domain itself.'), value: z.string() })
      .nullable()
      .describe('What to publish; null = nothing to change.'),
  }),
);

const domainHealth = named(
  'DomainHealth',
  z.strictObject({
    domain: z.string(),
    state: z.enum(CHECK_STATES).nullable().describe('The worst of its checks; null = nobody looked yet.'),
    checkedAt: instant.nullable(),
    checks: z.array(domainCheck),
  }),
);

/** What the world saw of our domains at the last look; needs the permission `mail`. */
export function deliverabilityEndpoints(senders: () => readonly Sender[], t: Translate): readonly Endpoint[] {
  const checkView = (one: CheckResult): z.input<typeof domainCheck> => {
    const { name, state, finding, seen, record } = one;
    return { name, state, finding, message: t(...sentenceOf(one)), seen: [...seen], record };
  };
  const view = (domain: string, found: DomainChecks | undefined): z.input<typeof domainHealth> => ({
    domain,
    state: found ? worstOf(found.results) : null,
    checkedAt: found?.checkedAt.toISOString() ?? null,
    checks: found?.results.map(checkView) ?? [],
  });
  return [
    endpoint({
      method: 'GET',
      path: '/deliverability',
      needs: 'mail',
      summary: 'The domains that we write from, and what was found out about them last',
      query: z.strictObject(paging),
      response: pageOf('DomainHealthPage', domainHealth),
      handle: async ({ scope, query }) => {
        const [after = ''] = query.cursor === undefined ? [] : (decodeCursor(query.cursor, 1) ?? [null]);
        if (typeof after !== 'string') throw badCursor();
        const rest = domainsOf(senders()).filter((domain) => domain > after);
        const domains = rest.slice(0, query.limit);
        const checks = await readAllChecks(scope);
        return {
          items: domains.map((domain) => view(domain, checks.get(domain))),
          next: rest.length > domains.length ? encodeCursor([domains.at(-1) ?? '']) : null,
        };
      },
    }),
  ];
}
