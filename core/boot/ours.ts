import { listAgents } from '../agents/list-agents.ts';
import type { Scope } from '../db/scope.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { foldedName, type Ours } from '../ingest/pretences.ts';
import { domainOf } from '../lib/email-address.ts';
import { readGeneral } from '../settings/general.ts';

const FRESH_MS = 30_000;

/** Who we are, at most half a minute old: asked for every mail, answered from memory. */
export function cacheOurs(scope: Scope, directory: Pick<InboxDirectory, 'all'>): () => Promise<Ours> {
  let known: { readonly ours: Ours; readonly until: number } | null = null;
  return async () => {
    if (known && performance.now() < known.until) return known.ours;
    const [agents, general] = [await listAgents(scope), await readGeneral(scope)];
    const inboxes = directory.all().map(({ address }) => address);
    const names = [...agents.map(({ firstName, lastName }) => `${firstName} ${lastName}`), general.companyName].map(foldedName);
    const ours: Ours = {
      domains: new Set(inboxes.filter((address) => address.includes('@')).map(domainOf)),
      addresses: new Set([...inboxes, ...agents.map(({ email }) => email)]),
      names: new Set(names.filter((name) => name !== null)),
    };
    known = { ours, until: performance.now() + FRESH_MS };
    return ours;
  };
}
