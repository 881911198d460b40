import type { Scope } from '../db/scope.ts';
import { concerns } from '../events/stream.ts';
import type { AgentId } from '../lib/ids.ts';
import { type Facts, readFacts } from './audience-store.ts';

/** What of some names an agent's browsers are told. */
export type Hearing = (agentId: AgentId) => readonly string[];
export type Audience = (names: readonly string[]) => Promise<Hearing>;

/**
 * Decides for whom the names of the stream are (core/events/stream.ts, `pokesOf`), by what everybody sees at this moment: nothing is
 * kept, so a right that was taken away is gone with the next frame. The listeners of one frame share one question.
 */
export function createAudience(scope: Scope): Audience {
  const asked = new WeakMap<readonly string[], Promise<Hearing>>();
  return (names) => {
    const known = asked.get(names);
    if (known) return known;
    const hearing = hear(scope, names);
    asked.set(names, hearing);
    return hearing;
  };
}

async function hear(scope: Scope, names: readonly string[]): Promise<Hearing> {
  const wanted = names.map((name) => ({ name: name.split('@')[0] ?? name, ...whoFor(name) }));
  const ids = (of: 'conversation' | 'contact' | 'folder') => [...new Set(wanted.flatMap((one) => (one.kind === of ? [one.id] : [])))];
  const conversations = ids('conversation');
  const folders = ids('folder');
  const contacts = ids('contact');
  const facts =
    conversations.length + folders.length + contacts.length > 0 ? await readFacts(scope, conversations, folders, contacts) : null;
  return (agentId) => [
    ...new Set(wanted.filter((one) => concerns(one.name, agentId) && isFor(agentId, one, facts)).map(({ name }) => name)),
  ];
}

interface Whom {
  readonly kind: 'all' | 'conversation' | 'contact' | 'folder' | 'agent';
  readonly id: number;
  /** He knows it already. */
  readonly but?: number;
}

function whoFor(whole: string): Whom {
  const [, name = whole, but] = /^(.*)@but-(\d+)$/.exec(whole) ?? [];
  if (but !== undefined) return { ...whoFor(name), but: Number(but) };
  const [, own] = /^(?:conversation|presence)-(\d+)$/.exec(name) ?? [];
  const [, contact] = /^contact-(\d+)$/.exec(name) ?? [];
  const [, kind = 'conversation', id] = /@(?:(folder|agent)-)?(\d+)$/.exec(name) ?? [];
  if (own !== undefined) return { kind: 'conversation', id: Number(own) };
  if (contact !== undefined) return { kind: 'contact', id: Number(contact) };
  return id === undefined ? { kind: 'all', id: 0 } : { kind: kind as Whom['kind'], id: Number(id) };
}

/** A conversation that is gone is nobody's secret: the lists that still show it have to hear of it. */
function isFor(agentId: AgentId, { kind, id, but }: Whom, facts: Facts | null): boolean {
  if (agentId === but) return false;
  if (kind === 'all') return true;
  if (kind === 'agent') return id === agentId;
  if (!facts) return false;
  if (kind === 'contact') return facts.contacts.has(`${agentId}:${id}`);
  if (kind === 'folder') return facts.access.has(`${agentId}:${id}`);
  const folder = facts.folderOf.get(id);
  return folder === undefined || facts.access.has(`${agentId}:${folder}`) || facts.shares.has(`${agentId}:${id}`);
}
