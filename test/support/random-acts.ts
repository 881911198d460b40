import type { ExecutionContext } from 'ava';
import { BIURO, type Office } from './office.ts';
import type { Person } from './person.ts';
import { deliver } from './smtp-client.ts';

/** What the acts of a run have in common. */
export interface World {
  readonly office: Office;
  readonly people: readonly Person[];
  readonly folders: number[];
  readonly labels: number[];
  readonly teams: readonly number[];
  /** The newest rows that there were a moment ago: acts meet what others have changed, merged or removed since. */
  readonly ids: Record<Kept, readonly number[]>;
  readonly random: (below: number) => number;
  /** Answers that no act may get: status 500 and above, with what was asked. */
  readonly faults: string[];
}

const KEPT = {
  conversations: 'conversations',
  messages: 'messages',
  transfers: 'transfers',
  deliveries: 'deliveries',
  bulkActions: 'bulk_actions',
} as const;
type Kept = keyof typeof KEPT;

export async function lookAgain({ office, ids }: World): Promise<void> {
  for (const [name, table] of Object.entries(KEPT))
    ids[name as Kept] = await office.scope.db(table).orderBy('id', 'desc').limit(60).pluck('id');
}

/** Calls the API; answers the JSON of what was done, null for what was refused. */
export async function ask({ faults }: Pick<World, 'faults'>, who: Person, method: string, path: string, body?: unknown) {
  const { status, text } = await who.api(method, path, body);
  if (status >= 500) faults.push(`${method} ${path} ${JSON.stringify(body) ?? ''}: ${status} ${text.slice(0, 300)}`);
  return status < 300 && text !== '' ? JSON.parse(text) : null;
}

/** One thing that people do all day, by chance: through the API, in the browser, or as a customer by mail. */
export async function actAtRandom(t: ExecutionContext<unknown>, world: World, who: Person, isAdministrator: boolean): Promise<void> {
  const { folders, labels, teams, people, ids, random } = world;
  const pick = <One>(list: readonly One[]): One => list[random(list.length)] as One;
  const some = <One>(list: readonly One[]): readonly One[] => list.filter(() => random(2) === 0);
  const [conversation, message] = [() => pick(ids.conversations), () => pick(ids.messages)];
  const conversationIds = (): readonly number[] => [...new Set(Array.from({ length: 1 + random(20) }, conversation))];
  const soon = (seconds: number): string => new Date(Date.now() + 1_000 + random(seconds * 1_000)).toISOString();
  const by = (method: string, path: string, body?: unknown): Promise<unknown> => ask(world, who, method, path, body);
  const change = (body: object): Promise<unknown> => by('PATCH', `/conversations/${conversation()}`, body);
  const bulk = (body: object): Promise<unknown> => by('POST', '/bulk-actions', body);
  const look = async (path: string): Promise<void> => {
    const { status, text } = await who.web.get(path);
    if (status >= 500) world.faults.push(`GET ${path}: ${status} ${text.slice(0, 300)}`);
  };
  const add = async (path: string, body: object, to: number[]): Promise<void> => {
    const made = await ask(world, who, 'POST', path, body);
    if (made) to.push(made.id);
  };
  const acts: readonly (() => unknown)[] = [
    () => change({ status: pick(['open', 'closed', 'snoozed']) }),
    () => change({ status: 'snoozed', snoozedUntil: soon(5) }),
    () => change({ assigneeId: pick([null, ...people.map(({ id }) => id)]) }),
    () => change({ teamId: pick([null, ...teams]) }),
    () => change({ labels: some(labels) }),
    () => change({ folderId: pick(folders) }),
    () => change({ spam: random(3) === 0 }),
    () => change({ trashed: random(2) === 0 }),
    () => change({ ignored: random(2) === 0 }),
    () => by('POST', `/conversations/${conversation()}/messages`, { kind: 'reply', text: 'Odpowiedź', replyAll: random(2) === 0 }),
    () => by('POST', `/conversations/${conversation()}/messages`, { kind: 'reply', text: 'Na później', sendAt: soon(8) }),
    () => by('POST', `/conversations/${conversation()}/messages`, { kind: 'note', text: '@Ewa zobacz' }),
    () => by('POST', `/conversations/${conversation()}/forwards`, { to: ['serwis@inni.test'], messageId: message() }),
    () => by('POST', `/conversations/${conversation()}/merger`, { into: conversation() }),
    () => by('POST', `/messages/${message()}/transfer`, { to: pick([null, conversation()]), extent: pick(['one', 'onwards']) }),
    () => ids.transfers.length && by('POST', `/transfers/${pick(ids.transfers)}/reversal`),
    () =>
      bulk({
        kind: pick(['close', 'reopen', 'spam', 'not_spam', 'ignore', 'read', 'trash', 'untrash']),
        conversationIds: conversationIds(),
      }),
    () => bulk({ kind: 'file', folderId: pick(folders), list: { status: 'open' } }),
    () => bulk({ kind: pick(['label', 'unlabel']), labelId: pick(labels), conversationIds: conversationIds() }),
    () => ids.bulkActions.length && by('POST', `/bulk-actions/${pick(ids.bulkActions)}/reversal`),
    () => ids.deliveries.length && by('POST', `/deliveries/${pick(ids.deliveries)}/${pick(['attempts', 'cancellation', 'settlement'])}`),
    () => by('POST', `/messages/${message()}/withdrawal`),
    () => by('PUT', `/messages/${message()}/schedule`, { sendAt: pick([null, soon(4)]) }),
    () => by('PUT', `/conversations/${conversation()}/shares`, { agentIds: some(people.map(({ id }) => id)) }),
    () => by('PUT', `/conversations/${conversation()}/followers`, { following: random(2) === 0 }),
    () => by('GET', `/conversations?status=${pick(['open', 'closed', 'spam', 'trash', 'snoozed'])}&q=${pick(['', 'zwrot', 'is%3Aopen'])}`),
    () => look(`/conversations/${conversation()}`),
    () => look(`/conversations?folder=${pick(['all', 'open', 'closed', 'mine', 'trash', 'spam', 'unanswered'])}`),
    () => writeIn(t, world),
    () => writeIn(t, world),
    () => writeIn(t, world),
  ];
  const ofAdministrators: readonly (() => unknown)[] = [
    () => who.web.post(`/conversations/${conversation()}/removal`, {}),
    () => add('/labels', { name: `etykieta ${random(9_999)}` }, labels),
    () => labels.length > 4 && by('POST', `/labels/${labels.pop()}/merger`, { intoId: labels[0] }),
    () => add('/folders', { name: `Teczka ${random(9_999)}`, parentId: pick(folders) }, folders),
    () => folders.length > 4 && by('DELETE', `/folders/${folders.pop()}?into=${folders[1]}`),
  ];
  await pick(isAdministrator ? [...acts, ...ofAdministrators] : acts)();
}

/** A customer writes: something new, or an answer to what came or went lately. */
export async function writeIn(t: ExecutionContext<unknown>, { office, random }: World): Promise<void> {
  const from = `klient${random(12)}@klient.test`;
  const known: string[] = await office.scope
    .db('messages')
    .whereNotNull('external_id')
    .orderBy('id', 'desc')
    .limit(40)
    .pluck('external_id');
  const answered = random(3) === 0 ? undefined : known[random(known.length)];
  const message = [
    `From: Klient <${from}>`,
    `To: ${BIURO}`,
    `Subject: ${['pilne', 'zamówienie', 'zwrot'][random(3)]} ${random(30)}`,
    `Message-ID: <${random(2 ** 31)}.${random(2 ** 31)}@klient.test>`,
    ...(answered ? [`In-Reply-To: <${answered.replace(/[<>]/g, '')}>`] : []),
    '',
    'Dzień dobry',
    '',
  ].join('\r\n');
  await deliver(t, office.smtpPort, { from, to: [BIURO], message });
}
