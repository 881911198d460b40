import { z } from 'zod';
import { filtersOf, type ListAddress, readAddress } from '../conversations/address.ts';
import { readSnooze } from '../conversations/snooze-form.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { type AgentId, type ConversationId, parseId } from '../lib/ids.ts';
import type { BulkChoice, BulkDeed } from './types.ts';

const MAX_TEXT = 12_000;
const PICKED = z.object({
  ids: z.union([z.string().max(MAX_TEXT), z.array(z.string().max(20)).max(1_000)]).default(''),
  all: z.literal('yes').optional(),
  /** The address of the list without its path. */
  list: z.string().max(2_000).default(''),
});
const DEED = z.object({ act: z.string().max(80).default(''), untilLocal: z.string().max(40).default('') });

/** What was picked in the list, as the form has it. */
export interface Picked {
  readonly ids: readonly ConversationId[];
  readonly isAll: boolean;
  readonly address: ListAddress;
}

export function readPicked(form: unknown): Picked {
  const { ids, all, list } = PICKED.parse(form);
  const parts = typeof ids === 'string' ? ids.split(',') : ids;
  return {
    ids: [...new Set(parts.flatMap((one) => parseId<'conversations'>(one) ?? []))],
    isAll: all === 'yes',
    address: readAddress(Object.fromEntries(new URLSearchParams(list))),
  };
}

export const choiceOf = ({ ids, isAll, address }: Picked, viewer: AgentId): BulkChoice =>
  isAll ? { list: filtersOf(address, viewer) } : { ids };

/** "close", "label:5", "assign:none", "assign:team-3", "snooze:hours": what a button asks for. Raises invalid. */
export async function readDeed(scope: Scope, form: unknown): Promise<BulkDeed> {
  const { act, untilLocal } = DEED.parse(form);
  const at = act.indexOf(':');
  const [kind, value] = at < 0 ? [act, ''] : [act.slice(0, at), act.slice(at + 1)];
  switch (kind) {
    case 'close':
    case 'reopen':
    case 'spam':
    case 'not_spam':
    case 'ignore':
    case 'read':
    case 'trash':
    case 'untrash':
      return { kind };
    case 'assign':
      if (value.startsWith('team-')) return { kind, assigneeId: null, teamId: known(parseId<'teams'>(value.slice('team-'.length))) };
      return { kind, assigneeId: value === 'none' ? null : known(parseId<'agents'>(value)), teamId: null };
    case 'label':
    case 'unlabel':
      return { kind, labelId: known(parseId<'labels'>(value)) };
    case 'file':
      return { kind, folderId: known(parseId<'folders'>(value)) };
    case 'snooze':
      return { kind, until: await readSnooze(scope, { until: value, untilLocal }) };
    default:
      throw unknown();
  }
}

const unknown = (): InvalidError => new InvalidError({ act: 'bulk-actions.problem.unknown' });

function known<T>(id: T | null): T {
  if (id === null) throw unknown();
  return id;
}
