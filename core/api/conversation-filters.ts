import { z } from 'zod';
import { type ListFilters, SORTS, STATUSES } from '../conversations/types.ts';
import type { GivenId } from './schemas.ts';

/** What a list of conversations may be narrowed to; `id` as it is written in a query or in a body. */
export const conversationFilters = <T extends z.ZodType<GivenId>>(id: T) => ({
  inbox: id.optional().describe('Id of an inbox.'),
  status: z
    .enum([...STATUSES, 'spam', 'trash'])
    .optional()
    .describe('`spam`, `trash`: what lies there, which no other list shows.'),
  assignee: z
    .union([z.literal('none'), id])
    .optional()
    .describe('Id of an agent, or "none".'),
  team: id.optional().describe('Id of a team that it was given to, whoever of it has it.'),
  contact: id.optional().describe('Id of a contact.'),
  folder: id.optional().describe('Id of a folder: what is in it itself.'),
  label: id.optional().describe('Id of a label; always the newest first.'),
  q: z
    .string()
    .max(500)
    .optional()
    .describe('Words that all have to occur in one message, with operators such as `from:` and `is:open` (docs/api.md), or "#123".'),
  sort: z
    .enum(SORTS)
    .optional()
    .describe(
      '`waiting`: who has waited longest first, then where nobody waits; open ones only. One that is answered between two pages comes again among the last.',
    ),
});

type Asked = {
  readonly [K in 'inbox' | 'contact' | 'team' | 'folder' | 'label']?: GivenId | undefined;
} & { readonly assignee?: GivenId | 'none' | undefined } & Pick<ListFilters, 'status' | 'q' | 'sort'>;

/** The same as the verbs want it. */
export const filtersOf = ({ inbox, contact, assignee, team, folder, label, status, q, sort }: Asked): ListFilters => ({
  status,
  q,
  sort,
  inboxId: inbox,
  contactId: contact,
  teamId: team,
  folderId: folder,
  labelId: label,
  assigneeId: assignee === 'none' ? 'unassigned' : assignee,
});
