import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import { transact } from '../db/scope.ts';
import { sightOf } from '../folders/sight.ts';
import { addLabel, changeLabel, moveLabel } from '../labels/edit.ts';
import { findLabel, labelNamed, listLabels } from '../labels/list.ts';
import { allowCreation } from '../labels/may-create.ts';
import { mergeLabels, removeLabel } from '../labels/remove.ts';
import { COLOURS, type KnownLabel } from '../labels/types.ts';
import { InvalidError } from '../lib/errors.ts';
import type { LabelId } from '../lib/ids.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageInMemory } from './paging.ts';
import { id, idNumber, named, pageOf, paging } from './schemas.ts';

const colour = z.enum(COLOURS);
const name = z.string().max(500).describe('1 to 60 characters; no two labels differ only in case.');
const label = named(
  'Label',
  z.strictObject({
    id,
    name: z.string(),
    colour,
    conversationCount: z.int().nonnegative().nullable().describe('Null for an agent who does not see every folder.'),
  }),
);
const removed = named('RemovedLabel', z.strictObject({ id, name: z.string() }));

const view = ({ id, name, colour, conversationCount }: KnownLabel): z.input<typeof label> => ({ id, name, colour, conversationCount });

/** Labels; what is on a conversation is part of the conversation. Changing them needs the permission `labels`. */
export function labelEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/labels',
      summary: 'All labels',
      query: z.strictObject(paging),
      response: pageOf('LabelPage', label),
      handle: async ({ scope, query }) => {
        const { items, next } = pageInMemory(await listLabels(scope), query.limit, query.cursor);
        const isRestricted = (await sightOf(scope)) !== null;
        return { items: items.map((one) => ({ ...view(one), ...(isRestricted ? { conversationCount: null } : {}) })), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/labels',
      summary: 'Add a label',
      body: z.strictObject({ name, colour: colour.optional().describe('Absent = the next of the palette.') }),
      response: label,
      status: 201,
      errors: { 403: '`forbidden`: only administrators make labels here', 409: '`too_many_labels`' },
      handle: async ({ scope, agent, body }) => {
        await allowCreation(scope, agent);
        return { ...(await addLabel(scope, body.name, body.colour ?? null)), conversationCount: 0 };
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/labels/:id',
      needs: 'labels',
      summary: 'Rename, recolour or move a label',
      body: z.strictObject({
        name: name.optional(),
        colour: colour.optional(),
        position: z.int().min(1).max(10_000).optional().describe('1 = the first.'),
      }),
      response: label,
      handle: async ({ scope, id, body: { position, ...changes } }) => {
        await transact(scope, async (tx) => {
          await changeLabel(tx, id, changes);
          if (position !== undefined) await moveLabel(tx, id, position);
        });
        return view(await findLabel(scope, id));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/labels/:id',
      needs: 'labels',
      summary: 'Delete a label, from every conversation too',
      response: removed,
      errors: { 409: '`label_keeps`: retention leaves alone what bears it' },
      handle: async ({ scope, id }) => {
        return { id, name: await removeLabel(scope, id) };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/labels/:id/merger',
      needs: 'labels',
      summary: 'Give every conversation of the label another one, and delete the first',
      body: z.strictObject({ intoId: idNumber }),
      response: label,
      handle: async ({ scope, id, body }) => {
        await findLabel(scope, id);
        if (!(await listLabels(scope)).some((one) => one.id === body.intoId)) throw new InvalidError({ intoId: 'no label has this id' });
        await mergeLabels(scope, id, body.intoId);
        return view(await findLabel(scope, body.intoId));
      },
    }),
  ];
}

/** Ids of labels given by id or name. Raises invalid that names the ones there are not. */
export async function labelIdsOf(scope: Scope, given: readonly (number | string)[]): Promise<readonly LabelId[]> {
  const known = await listLabels(scope);
  const ids: LabelId[] = [];
  for (const [at, one] of given.entries()) {
    const found = typeof one === 'number' ? known.find((label) => label.id === one) : await labelNamed(scope, one);
    if (!found) throw new InvalidError({ [`labels.${at}`]: 'there is no such label' });
    ids.push(found.id);
  }
  return ids;
}
