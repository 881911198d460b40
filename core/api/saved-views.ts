import { z } from 'zod';
import { transact } from '../db/scope.ts';
import { addView, changeView, listViews, orderView, removeView } from '../saved-views/save.ts';
import type { SavedView } from '../saved-views/types.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { id, named, pageOf } from './schemas.ts';

const name = z.string().max(500).describe('1 to 60 characters.');
const query = z
  .string()
  .max(1_000)
  .describe(
    'The query of the list’s address in the browser: `folder=closed&label=3&q=…`. What the list does not know is left out; the answer holds what was kept.',
  );
const isShared = z.boolean().describe('Everybody has it; needs the permission "views".');
const view = named('SavedView', z.strictObject({ id, name: z.string(), query: z.string(), isShared: z.boolean() }));
const forbidden = { 403: '`forbidden`: a shared one needs the permission "views"' };

const shown = (one: SavedView): z.input<typeof view> => ({ id: one.id, name: one.name, query: one.query, isShared: one.isShared });

/** Lists with a name: the agent's own, and those that everybody has. */
export function savedViewEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/saved-views',
      summary: 'Saved views of the agent of the key, the shared ones first',
      response: pageOf('SavedViewPage', view),
      handle: async ({ scope, agent }) => ({ items: (await listViews(scope, agent)).map(shown), next: null }),
    }),
    endpoint({
      method: 'POST',
      path: '/saved-views',
      summary: 'Save a list under a name',
      body: z.strictObject({ name, query, isShared: isShared.default(false) }),
      response: view,
      status: 201,
      errors: { ...forbidden, 409: '`too_many_views`' },
      handle: async ({ scope, agent, body }) => shown(await addView(scope, agent, body)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/saved-views/:id',
      summary: 'Rename a saved view, give it another list, share it, or move it among its kind',
      body: z.strictObject({
        name: name.optional(),
        query: query.optional(),
        isShared: isShared.optional(),
        position: z.int().min(1).max(1_000).optional(),
      }),
      response: view,
      errors: forbidden,
      handle: async ({ scope, agent, id: viewId, body: { position, ...change } }) =>
        transact(scope, async (tx) => {
          const changed = await changeView(tx, agent, viewId, change);
          if (position !== undefined) await orderView(tx, agent, viewId, position);
          return shown(changed);
        }),
    }),
    endpoint({
      method: 'DELETE',
      path: '/saved-views/:id',
      summary: 'Remove a saved view; its conversations stay',
      response: view,
      errors: forbidden,
      handle: async ({ scope, agent, id: viewId }) => shown(await removeView(scope, agent, viewId)),
    }),
  ];
}
