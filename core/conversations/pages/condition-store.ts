import type { Knex } from 'knex';
import { isAnyOf } from '../../db/dialect.ts';
import { unreachable } from '../../lib/errors.ts';
import { MAX_ID } from '../../lib/ids.ts';
import type { Condition } from '../asked/condition.ts';

/** Only rows of `table` (conversations, a few thousand at most) that meet every condition. */
export function meeting(db: Knex, query: Knex.QueryBuilder, table: string, conditions: readonly Condition[]): Knex.QueryBuilder {
  for (const condition of conditions) {
    const [sql, bindings] = inSql(db, table, condition);
    query.whereRaw(condition.isNot ? `not (${sql})` : sql, [...bindings]);
  }
  return query;
}

type Sql = readonly [sql: string, bindings: readonly (string | number | boolean)[]];

function inSql(db: Knex, table: string, condition: Condition): Sql {
  switch (condition.kind) {
    case 'status':
      return [`${table}.status = ?`, [condition.status]];
    case 'spam':
      return [`${table}.spam_at is not null`, []];
    case 'trash':
      return [`${table}.trashed_at is not null`, []];
    case 'unanswered':
      return [`${table}.status = 'open' and ${table}.waiting_since is not null`, []];
    case 'attachment':
      return [`${table}.has_attachments = ?`, [true]];
    case 'unread':
      return [unread(table), [condition.viewer, condition.viewer]];
    case 'label': {
      const [any, bindings] = isAnyOf(db, 'g.label_id', condition.ids);
      return [`exists (select 1 from conversation_labels as g where g.conversation_id = ${table}.id and ${any})`, bindings];
    }
    case 'contact_label': {
      const [any, bindings] = isAnyOf(db, 'k.label_id', condition.ids);
      return [`exists (select 1 from contact_labels as k where k.contact_id = ${table}.contact_id and ${any})`, bindings];
    }
    case 'inbox':
      return isAnyOf(db, `${table}.inbox_id`, condition.ids);
    case 'assignee': {
      if (condition.ids === null) return [`${table}.assignee_id is null`, []];
      const [any, bindings] = isAnyOf(db, `${table}.assignee_id`, condition.ids);
      const [ofTeam, teams] = isAnyOf(db, `${table}.assigned_team_id`, condition.teamIds ?? []);
      // Of nobody the answer must not be "unknown": a negation has to keep those.
      const [person, team] = [`${table}.assignee_id is not null and ${any}`, `${table}.assigned_team_id is not null and ${ofTeam}`];
      return condition.teamIds ? [`((${person}) or (${team}))`, [...bindings, ...teams]] : [person, bindings];
    }
    case 'written': {
      const { after, before } = condition;
      const parts = [after && `${table}.last_message_at >= ?`, before && `${table}.last_message_at < ?`].filter((part) => part !== null);
      return [parts.join(' and ') || 'true', [after, before].flatMap((at) => at?.toISOString() ?? [])];
    }
    default:
      return unreachable(condition);
  }
}

/** As the rows of lists show it: see `unread` of a ConversationRow. Who has read nothing of it has not read what came since he is there. */
const unread = (table: string): string => `${table}.last_message_id > coalesce(
    (select r.last_message_id from conversation_reads as r where r.conversation_id = ${table}.id and r.agent_id = ?),
    case when ${table}.last_message_at > (select v.created_at from agents as v where v.id = ?) then 0 else ${MAX_ID} end)`;
