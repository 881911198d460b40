import { z } from 'zod';
import type { AuditEntry } from './types.ts';

/** Names of what entries are about, as they are now; what is gone has none. */
export interface AuditNames {
  readonly agent: ReadonlyMap<number, string>;
  readonly inbox: ReadonlyMap<number, string>;
  readonly folder: ReadonlyMap<number, string>;
  readonly label: ReadonlyMap<number, string>;
  readonly rule: ReadonlyMap<number, string>;
  readonly template: ReadonlyMap<number, string>;
  readonly team: ReadonlyMap<number, string>;
  readonly permission: (one: string) => string;
  /** How the settings page calls what is stored under a key. */
  readonly setting: (key: string) => string;
}

const number = z.int().nullish();
const DATA = z
  .object({
    agentId: number,
    agentIds: z.array(z.int()).optional(),
    inboxId: number,
    folderId: number,
    labelId: number,
    teamId: number,
    intoId: number,
    ruleId: number,
    cannedResponseId: number,
    contactId: number,
    conversationId: number,
    bulkActionId: number,
    count: number,
    key: z.string().optional(),
    name: z.string().optional(),
    value: z.string().optional(),
    given: z.array(z.string()).optional(),
    taken: z.array(z.string()).optional(),
  })
  .catch({});

/** What an act was done to: names where there are still some, else numbers. */
export function subjectOf({ data }: Pick<AuditEntry, 'data'>, names: AuditNames): readonly string[] {
  const said = DATA.parse(JSON.parse(data));
  const named = (of: Exclude<keyof AuditNames, 'permission' | 'setting'>, id: number | null | undefined): readonly string[] =>
    id === null || id === undefined ? [] : [names[of].get(id) ?? `#${id}`];
  return [
    ...[said.conversationId, said.bulkActionId, said.contactId].flatMap((id) => (id ? [`#${id}`] : [])),
    ...named('team', said.teamId),
    ...[said.agentId, ...(said.agentIds ?? []).slice(0, 20)].flatMap((id) => named('agent', id)),
    ...named('inbox', said.inboxId),
    ...named('folder', said.folderId),
    ...named('label', said.labelId),
    ...named('label', said.intoId),
    ...named('rule', said.ruleId),
    ...named('template', said.cannedResponseId),
    ...(said.key === undefined ? [] : [names.setting(said.key)]),
    ...[said.name, said.value].filter((one) => one !== undefined),
    ...(said.given ?? []).map((one) => `+${names.permission(one)}`),
    ...(said.taken ?? []).map((one) => `−${names.permission(one)}`),
    ...(said.count ? [`× ${said.count}`] : []),
  ];
}

/** A row of the page and of the file. `who` null = no person: `origin` says what of the machine it was. */
export const auditRow = (entry: AuditEntry, names: AuditNames) => ({
  seq: entry.seq,
  at: entry.at,
  area: entry.area,
  act: entry.act.replace('.', '_'),
  who: entry.agentId === 0 ? null : (names.agent.get(entry.agentId) ?? `#${entry.agentId}`),
  origin: entry.origin.replace(/\W+/g, '_'),
  subject: subjectOf(entry, names).join(', '),
});
