import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { ignoreConversation } from '../../core/conversations/ignore.ts';
import { snoozeConversation } from '../../core/conversations/snooze.ts';
import { addFolder } from '../../core/folders/edit.ts';
import type { Level } from '../../core/folders/types.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { splitConversation } from '../../core/transfers/split.ts';
import { confine } from '../support/folders.ts';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { answer } from '../support/sending.ts';
import { signIn } from '../support/web.ts';
import { type Workspace, workspaceFor } from '../support/workspace.ts';

interface Offer {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly fields: readonly (readonly [string, string])[];
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&').replaceAll('&quot;', '"');

const fieldsOf = (tags: readonly string[]) =>
  tags.flatMap((tag) => {
    const name = attribute(tag, 'name');
    return name === undefined ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
  });

/** What a page offers: every form by each of its buttons, every link of our own, everything that htmx fetches. */
function offersOf(html: string): readonly Offer[] {
  const forms = [...html.matchAll(/<form\b[^>]*method="post"[\s\S]*?<\/form>/g)].flatMap(([form]): Offer[] => {
    const hidden = fieldsOf([...form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]) => tag));
    const buttons = [...form.matchAll(/<button\b(?![^>]*type="button")[^>]*>/g)].map(([tag]) => tag);
    return (buttons.length > 0 ? buttons : ['']).map((tag) => ({
      method: 'POST',
      path: attribute(tag, 'formaction') ?? attribute(form, 'action') ?? '',
      fields: [...hidden, ...fieldsOf([tag])],
    }));
  });
  const links = [...html.matchAll(/<a\b[^>]*>|<[a-z]+\b[^>]*\shx-get="[^>]*>/g)].flatMap(([tag]): Offer[] =>
    ['href', 'hx-get'].flatMap((name) => {
      const path = attribute(tag, name)?.replace(/#.*/, '') ?? '';
      return path.startsWith('/') ? [{ method: 'GET', path, fields: [] }] : [];
    }),
  );
  return [...links, ...forms];
}

/** Conversations in every state that has buttons of its own, all in the folder, whose number is answered too. */
async function conversationsOfAllKinds(house: Workspace) {
  const { scope, agentScope, endpoints, mail } = house;
  const folder = await addFolder(scope, 'Sklep');
  const write = async (subject: string): Promise<ConversationId> => (await mail({ subject })).conversationId;
  const { conversationId: busy, messageId } = await mail({ subject: 'Zapytanie' });
  await answer(house, busy, ['jan@customer.test']);
  await scope.db('deliveries').where({ conversation_id: busy }).update({ status: 'failed', reason: '550 no' });
  const { conversationId: held } = await mail({ subject: 'Czeka' });
  await answer(house, held, ['jan@customer.test']);
  await splitConversation(agentScope, endpoints, messageId, 'one');
  const [snoozed, ignored] = [await write('Odłożona'), await write('Ignorowana')];
  const [spam, merged, whole] = [await write('Spam'), await write('Część'), await write('Całość')];
  await mergeConversations(agentScope, endpoints, whole, [merged]);
  await snoozeConversation(agentScope, snoozed, null);
  await ignoreConversation(agentScope, ignored);
  await markSpam(agentScope, spam, true);
  const all: ConversationId[] = await scope.db('conversations').whereNull('merged_into_id').orderBy('id').pluck('id');
  for (const id of all) await fileConversation(scope, id, folder.id);
  return { folder, all };
}

/** The top bar is the same everywhere, and lists are open to everybody. */
const isOfEveryPage = ({ method, path }: Offer): boolean =>
  method === 'GET' ? !/\d\/\w|merger/.test(path) : /^\/(logout|language|profile)/.test(path);

async function refusals(client: HttpClient, pages: readonly string[]) {
  const refused: string[] = [];
  const asked = new Set<string>();
  for (const page of pages) {
    for (const offer of offersOf((await client.get(page)).text)) {
      const fields = offer.fields.filter(([name]) => name !== '_csrf');
      const key = `${offer.method} ${offer.path} ${fields.join(' ')}`;
      if (asked.has(key) || isOfEveryPage(offer)) continue;
      asked.add(key);
      const { status } = offer.method === 'GET' ? await client.get(offer.path) : await client.post(offer.path, Object.fromEntries(fields));
      if (status === 403) refused.push(`${page}: ${key}`);
    }
  }
  return { refused, n: asked.size };
}

test('no button, form or link that an agent is shown is refused to him, whatever he may do in the folder', async (t) => {
  const house = await workspaceFor(t);
  const { scope, base, piotr } = house;
  const { folder, all } = await conversationsOfAllKinds(house);
  const client = httpClient(base);
  signIn(client, 2);
  const pages = [
    '/conversations?folder=all',
    '/conversations?folder=spam',
    '/deliveries',
    '/deliveries?status=failed',
    '/conversations/new',
    ...all.map((id) => `/conversations/${id}`),
    `/conversations/${all[0]}/context`,
  ];
  const offered: number[] = [];
  for (const level of ['see', 'answer', 'move'] satisfies Level[]) {
    await confine(scope, piotr, [folder.id], level);
    const { refused, n } = await refusals(client, pages);
    t.deepEqual(refused, [], level);
    offered.push(n);
  }
  t.log(offered.join(', '));
  t.deepEqual(
    offered,
    [...offered].sort((a, b) => a - b),
    'who may do more is offered more',
  );
});
