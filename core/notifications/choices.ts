import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { findChoices, findChosen, findQuiet, saveChosen, saveQuiet } from './choices-store.ts';
import { findDigestOf, saveDigest } from './digest-store.ts';
import { type Choices, type Chosen, type DigestEvery, NOTIFICATION_EVENTS, type NotificationEvent, SILENT, USUAL } from './events.ts';
import { findPlaces, savePlaces } from './places-store.ts';
import type { QuietHours } from './quiet.ts';
import type { Places } from './types.ts';

/** What an agent wants to be told of and how, and when not aloud. */
export interface Preferences extends Places {
  readonly choices: Choices;
  /** Null = always aloud. */
  readonly quiet: QuietHours | null;
  /** How often he is written to of what he has not read. */
  readonly digest: DigestEvery;
}

/** What is left out stays. */
export type PreferenceInput = Pick<Preferences, 'choices' | 'quiet'> & Partial<Preferences>;

/** What he chose, the usual where he chose nothing. */
export async function readPreferences(scope: Scope, agentId: AgentId): Promise<Preferences> {
  return {
    choices: { ...USUAL, ...(await findChoices(scope, agentId)) },
    quiet: await findQuiet(scope, agentId),
    digest: await findDigestOf(scope, agentId),
    ...(await findPlaces(scope, agentId)),
  };
}

export async function savePreferences(
  scope: Scope | WriteScope,
  agentId: AgentId,
  { choices, quiet, digest, ...places }: PreferenceInput,
): Promise<void> {
  await transact(scope, async (tx) => {
    for (const event of NOTIFICATION_EVENTS) await saveChosen(tx, agentId, event, choices[event]);
    await saveQuiet(tx, agentId, quiet);
    if (digest) await saveDigest(tx, agentId, digest);
    await savePlaces(tx, agentId, places);
    tx.emit({ type: 'notifications.chosen', data: { agentId } });
  });
}

/** He does not want to hear of this any more, in any way. */
export async function stopEvent(scope: Scope | WriteScope, agentId: AgentId, event: NotificationEvent): Promise<void> {
  await transact(scope, async (tx) => {
    await saveChosen(tx, agentId, event, SILENT);
    tx.emit({ type: 'notifications.chosen', data: { agentId } });
  });
}

/** How each of these agents wants to be told of an event; those who do not are left out. One query. */
export async function chosenFor(
  scope: Scope,
  event: NotificationEvent,
  agentIds: readonly AgentId[],
): Promise<ReadonlyMap<AgentId, Chosen>> {
  const chosen = await findChosen(scope, event);
  const all = agentIds.map((id) => [id, chosen.get(id) ?? USUAL[event]] as const);
  return new Map(all.filter(([, one]) => isWanted(one)));
}

/** Whether any agent wants to be told of it at all. */
export async function isAskedFor(scope: Scope, event: NotificationEvent): Promise<boolean> {
  return isWanted(USUAL[event]) || [...(await findChosen(scope, event)).values()].some(isWanted);
}

const isWanted = ({ app, sound, desktop }: Chosen): boolean => app || sound || desktop;
