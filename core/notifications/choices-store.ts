import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import type { Chosen, NotificationEvent } from './events.ts';
import type { QuietHours } from './quiet.ts';

interface Row {
  event: string;
  agent_id: number;
  app: boolean | number;
  sound: boolean | number;
  desktop: boolean | number;
}

const chosenOf = ({ app, sound, desktop }: Row): Chosen => ({ app: Boolean(app), sound: Boolean(sound), desktop: Boolean(desktop) });

/** What an agent chose; events that he never chose about are missing. */
export async function findChoices({ db }: Scope, agentId: AgentId): Promise<Readonly<Record<string, Chosen>>> {
  const rows: Row[] = await db('notification_choices').where({ agent_id: agentId });
  return Object.fromEntries(rows.map((row) => [row.event, chosenOf(row)]));
}

/** What those who chose about it chose for an event. */
export async function findChosen({ db }: Scope, event: NotificationEvent): Promise<ReadonlyMap<AgentId, Chosen>> {
  const rows: Row[] = await db('notification_choices').where({ event });
  return new Map(rows.map((row) => [row.agent_id as AgentId, chosenOf(row)]));
}

export async function saveChosen({ db }: WriteScope, agentId: AgentId, event: NotificationEvent, chosen: Chosen): Promise<void> {
  await db('notification_choices')
    .insert({ event, agent_id: agentId, ...chosen })
    .onConflict(['event', 'agent_id'])
    .merge();
}

export async function findQuiet({ db }: Scope, agentId: AgentId): Promise<QuietHours | null> {
  const row = await db('notification_hours').where({ agent_id: agentId }).first();
  return row ? { from: row.quiet_from, until: row.quiet_until } : null;
}

/** Null = none. */
export async function saveQuiet({ db }: WriteScope, agentId: AgentId, quiet: QuietHours | null): Promise<void> {
  if (!quiet) {
    await db('notification_hours').where({ agent_id: agentId }).delete();
    return;
  }
  const row = { agent_id: agentId, quiet_from: quiet.from, quiet_until: quiet.until };
  await db('notification_hours').insert(row).onConflict('agent_id').merge();
}
