import type { PageQuery } from '../pages/store.ts';
import type { Condition } from './condition.ts';

/** The same page with those conditions made the list that an index has: one state, one of label, assignee and inbox, where it begins. The rest stays a condition. */
export function narrowedBy(page: PageQuery, conditions: readonly Condition[]): PageQuery & { readonly also: readonly Condition[] } {
  let list = page;
  const also: Condition[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'written' && condition.before) list = below(list, condition.before);
    const narrower = condition.isNot ? null : listOf(list, condition);
    if (narrower) list = narrower;
    else if (condition.kind !== 'written' || condition.after) also.push(condition);
  }
  return { ...list, also };
}

/** A list that ends at a day begins there. */
function below(page: PageQuery, before: Date): PageQuery {
  const at = before.toISOString();
  return page.after !== null && page.after.at < at ? page : { ...page, after: { at, id: 0 } };
}

function listOf(page: PageQuery, condition: Condition): PageQuery | null {
  // With two of them the planner would walk through one looking for the other.
  const { labelId, assigneeId, inboxId, folderId, contactId, failed, teamIds = null } = page;
  const isNarrow = failed || [labelId, assigneeId, inboxId, folderId, contactId, teamIds].some((one) => one !== null);
  switch (condition.kind) {
    case 'status':
      return page.status === null ? { ...page, status: condition.status } : null;
    case 'spam':
    case 'trash':
      return page.status === null ? { ...page, status: condition.kind } : null;
    case 'label':
      return isNarrow ? null : of(condition.ids, (id) => ({ ...page, labelId: id }));
    case 'inbox':
      return isNarrow ? null : of(condition.ids, (id) => ({ ...page, inboxId: id }));
    case 'assignee':
      if (isNarrow) return null;
      if (condition.teamIds) return condition.ids?.length === 0 ? of(condition.teamIds, (id) => ({ ...page, teamIds: [id] })) : null;
      return condition.ids === null ? { ...page, assigneeId: 'unassigned' } : of(condition.ids, (id) => ({ ...page, assigneeId: id }));
    default:
      return null;
  }
}

function of<T>(ids: readonly T[], page: (id: T) => PageQuery): PageQuery | null {
  const [only, ...more] = ids;
  return only === undefined || more.length > 0 ? null : page(only);
}
