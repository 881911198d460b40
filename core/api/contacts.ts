import { z } from 'zod';
import { contactLabels, setContactLabels } from '../contacts/label.ts';
import { allowContact } from '../conversations/allow.ts';
import { type Scope, transact } from '../db/scope.ts';
import { MAX_APPLIED } from '../labels/types.ts';
import type { ContactId } from '../lib/ids.ts';
import { appliedLabel, appliedView } from './conversation-view.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { labelIdsOf } from './labels.ts';
import { idNumber, named } from './schemas.ts';

const labels = named('ContactLabels', z.strictObject({ items: z.array(appliedLabel) }));

const view = async (scope: Scope, id: ContactId): Promise<z.input<typeof labels>> => ({
  items: (await contactLabels(scope, id)).map(appliedView),
});

/** Labels of contacts, for whoever sees a conversation of theirs; the id is in each conversation. */
export function contactEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/contacts/:id/labels',
      summary: 'Labels of a contact',
      response: labels,
      handle: async ({ scope, id }) => {
        await allowContact(scope, 'conversation:read', id);
        return view(scope, id);
      },
    }),
    endpoint({
      method: 'PUT',
      path: '/contacts/:id/labels',
      summary: 'Leave exactly these labels on a contact',
      description: 'By id or name, all or nothing. Needs a conversation of the contact whose labels the agent of the key may change.',
      body: z.strictObject({ labels: z.array(z.union([idNumber, z.string().max(500)])).max(MAX_APPLIED) }),
      response: labels,
      handle: async ({ scope, id, body }) => {
        await allowContact(scope, 'conversation:label', id);
        await transact(scope, async (tx) => setContactLabels(tx, id, await labelIdsOf(tx, body.labels)));
        return view(scope, id);
      },
    }),
  ];
}
