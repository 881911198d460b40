import { hrefOf, readAddress } from '../conversations/address.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { CurrentAgent } from '../http/context.ts';
import { ConflictError, ForbiddenError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { AgentId, SavedViewId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { allViews, deleteView, insertView, saveOrder, updateView } from './store.ts';
import { MAX_NAME_CHARS, MAX_VIEWS, type SavedView } from './types.ts';

/** Who asks: the permission `views` keeps those that everybody has. */
export type Keeper = Pick<CurrentAgent, 'id' | 'permissions'>;

/** The agent's and the shared ones, as they are now. */
export const listViews = async (scope: Scope, { id }: Pick<Keeper, 'id'>): Promise<readonly SavedView[]> =>
  viewsOf(await allViews(scope), id);

/** The same address as every list writes it; what is unknown in it is left out. */
export const canonical = (query: string): string => hrefOf('', readAddress(Object.fromEntries(new URLSearchParams(query)))).slice(1);

/** Those that everybody has, then the agent's own. */
const viewsOf = (all: readonly SavedView[], agentId: AgentId): readonly SavedView[] => [
  ...all.filter(({ isShared }) => isShared),
  ...all.filter((one) => !one.isShared && one.agentId === agentId),
];

/** Gives a list a name. Raises invalid for a name, forbidden for a shared one by whoever may not share, too_many_views. */
export async function addView(
  scope: Scope | WriteScope,
  keeper: Keeper,
  { name, query, isShared }: Pick<SavedView, 'name' | 'query' | 'isShared'>,
): Promise<SavedView> {
  const view = { agentId: keeper.id, name: checkedName(name), query: canonical(query), isShared };
  if (isShared) mayShare(keeper);
  return transact(scope, async (tx) => {
    const all = (await allViews(tx)).filter((one) => one.isShared === isShared && (isShared || one.agentId === keeper.id));
    if (all.length >= MAX_VIEWS)
      throw new ConflictError('too_many_views', `There may be ${MAX_VIEWS} views`, 'Remove one that nobody uses.');
    const id = await insertView(tx, view, all.length + 1);
    tx.emit({ type: 'saved_view.changed', data: { savedViewId: id } });
    return { id, ...view };
  });
}

/** Renames one, gives it another list, or shares it. Raises not_found, forbidden, invalid. */
export async function changeView(
  scope: Scope | WriteScope,
  keeper: Keeper,
  id: SavedViewId,
  change: { readonly [K in 'name' | 'query']?: string | undefined } & { readonly isShared?: boolean | undefined },
): Promise<SavedView> {
  return transact(scope, async (tx) => {
    const before = await own(tx, keeper, id);
    const isShared = change.isShared ?? before.isShared;
    if (isShared !== before.isShared) mayShare(keeper);
    const name = change.name === undefined ? before.name : checkedName(change.name);
    const after = { ...before, isShared, name, query: change.query === undefined ? before.query : canonical(change.query) };
    await updateView(tx, after);
    tx.emit({ type: 'saved_view.changed', data: { savedViewId: id } });
    return after;
  });
}

/** Puts one at that place among its kind, 1 = the first. Raises not_found, forbidden. */
export async function orderView(scope: Scope | WriteScope, keeper: Keeper, id: SavedViewId, position: number): Promise<void> {
  await transact(scope, async (tx) => {
    const view = await own(tx, keeper, id);
    const kind = (await listViews(tx, keeper)).filter(({ isShared }) => isShared === view.isShared).map((one) => one.id);
    const others = kind.filter((one) => one !== id);
    await saveOrder(tx, others.toSpliced(Math.max(0, position - 1), 0, id));
    tx.emit({ type: 'saved_view.changed', data: { savedViewId: id } });
  });
}

/** Removes one; its conversations stay where they are. Raises not_found, forbidden. */
export async function removeView(scope: Scope | WriteScope, keeper: Keeper, id: SavedViewId): Promise<SavedView> {
  return transact(scope, async (tx) => {
    const view = await own(tx, keeper, id);
    await deleteView(tx, id);
    tx.emit({ type: 'saved_view.changed', data: { savedViewId: id } });
    return view;
  });
}

/** One that the keeper may change. */
async function own(tx: WriteScope, keeper: Keeper, id: SavedViewId): Promise<SavedView> {
  const view = (await listViews(tx, keeper)).find((one) => one.id === id);
  if (!view) throw new NotFoundError('The view');
  if (view.isShared) mayShare(keeper);
  return view;
}

function mayShare({ permissions }: Keeper): void {
  if (!permissions.includes('views')) throw new ForbiddenError();
}

function checkedName(name: string): string {
  const line = storable(name).replace(/\s+/g, ' ').trim();
  if (line === '') throw new InvalidError({ name: 'forms.required' });
  if (line.length > MAX_NAME_CHARS) throw new InvalidError({ name: 'forms.too_long' });
  return line;
}
