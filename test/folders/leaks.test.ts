import { get } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { grant } from '../../core/folders/rights.ts';
import type { Route } from '../../core/http/context.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { changeTeam } from '../../core/teams/edit.ts';
import { removeTeam } from '../../core/teams/remove.ts';
import { restoreConversation, trashConversation } from '../../core/trash/trash.ts';
import { confine } from '../support/folders.ts';
import type { Person } from '../support/person.ts';
import { routeTable } from '../support/route-table.ts';
import { CANARY, type Hidden, type SecretOffice, secretOffice } from '../support/secret-office.ts';
import { callsFor, pagesFor, said } from '../support/secret-pages.ts';
import { until } from '../support/until.ts';

/** Addresses of one thing that hangs on a conversation: each answers 404 to whoever does not see it. */
const BEARING =
  /^(?:\/api\/v1)?\/(conversations|messages|attachments|deliveries|transfers|notifications|draft-versions|rule-acts)\/:id(?:\/|$)/;

const isBearing = (path: string): boolean => BEARING.exec(path) !== null;

/** The others that agents and keys may call: lists that are narrowed (crawled below), and what has nothing to do with conversations. */
const FREE: readonly RegExp[] = [
  /^(GET|POST|PUT) \/conversations\/new(\/|$)/,
  /^(GET|POST) \/conversations\/merger$/,
  /^(GET|POST) \/(bulk-actions|saved-views)(\/|$)/,
  /^GET \/conversations(\/rows)?$/,
  /^(GET|POST) \/deliveries(\/attempts)?$/,
  /^(GET|POST) \/notifications(\/(bell|readings|choices))?$/,
  /^GET \/(live|commands)$/,
  // What the agent himself wrote, and only where he still sees the conversation: crawled below.
  /^GET \/draft-versions$/,
  // Numbers only, of what the agent did in folders that he sees: test/statistics/fold.test.ts.
  /^GET (\/api\/v1)?\/statistics(\/export)?$/,
  // What permissions open; the outsider holds all of them, and these pages are crawled below.
  /^(GET|POST) \/(rules|labels|canned-responses\/company|working-hours|blocked-senders|blocked-addresses|admissions|audit|deliverability)(\/|$)/,
  /^GET \/ledger$/,
  // Ids and names of settings: test/api/audit.test.ts.
  /^GET \/api\/v1\/audit$/,
  /^GET \/followers\/people$/,
  // What the product says of itself, and the company of whom to ask.
  /^GET \/(news|help)$/,
  /^POST \/logout$/,
  /^(GET|POST) \/profile(\/|$)/,
  // How the agent himself logs in to a mailbox: test/oauth/mailbox.test.ts.
  /^(GET|POST) \/oauth\/(return|logins)(\/|$)/,
  /^GET \/agents\/:id\/picture$/,
  /^\w+ \/api\/v1\/profile$/,
  /^(GET|POST) \/canned-responses\/mine(\/|$)/,
  // The company's own files, which everybody who works there sees.
  /^(GET|POST) \/files(\/|$)/,
  /^(GET|POST) \/footers\/(shown|mine)(\/|$)/,
  // Of a personal mailbox for its owner, else for administrators, who see every folder of the company: test/inboxes/comparing.test.ts.
  /^\w+ \/api\/v1\/inboxes\/:id\/comparison$/,
  // How the company is registered at providers, for administrators: test/api/resources.test.ts.
  /^\w+ \/api\/v1\/oauth-clients(\/removal)?$/,
  // Of a contact with a conversation that whoever asks sees: test/contacts/labels.test.ts.
  /^\w+ \/api\/v1\/contacts\/:id\/labels$/,
  // Of rules only those that have the rights of whoever asks.
  /^\w+ \/api\/v1\/(rules(\/:id(\/acts)?)?|rule-trials)$/,
  /^\w+ \/api\/v1\/(inboxes|conversations|deliveries|labels|canned-responses|blocked-addresses|notifications\/readings|notifications|notification-choices|deliverability|ledger|storage|backups|folders|teams|company|settings|bulk-actions|saved-views)(\/(:id|days|schedule|log|target(\/trial|\/host-key)?)(\/(merger|removal|cancellation|reversal))?)?$/,
];

const FORM = {
  spam: 'no',
  kind: 'address',
  agentId: '',
  extent: 'one',
  to: '',
  add: '1',
  name: 'x',
  from: '1',
  text: 'x',
  folderId: '1',
  state: 'looking',
  following: 'yes',
  ignored: 'yes',
  trashed: 'no',
};
const JSON_BODIES: readonly (readonly [RegExp, unknown])[] = [
  [/^PATCH .*\/conversations\/:id$/, { status: 'closed' }],
  [/\/conversations\/:id\/messages$/, { kind: 'note', text: 'x' }],
  [/\/conversations\/:id\/merger$/, { into: 1 }],
  [/\/conversations\/:id\/forwards$/, { to: ['serwis@naprawa.test'] }],
  [/\/messages\/:id\/transfer$/, { to: null }],
  [/\/messages\/:id\/schedule$/, { sendAt: null }],
  [/\/conversations\/:id\/shares$/, { agentIds: [] }],
  [/\/conversations\/:id\/followers$/, { following: true }],
];

const routes = (): readonly Route[] => {
  const known = routeTable().filter(({ may }) => may !== 'public' && may !== 'administrator');
  const isRefusal = ({ may, handle }: Route): boolean => may === 'api' && handle.toString().includes('method_not_allowed');
  return known.filter((route) => !isRefusal(route));
};

async function ask({ web, api }: Person, { method, path, may }: Route, ids: Hidden): Promise<{ status: number; text: string }> {
  const [, thing = ''] = BEARING.exec(path) ?? [];
  const address = path.replace(':id', String(ids[thing as keyof Hidden])).replace(/:\w+/g, '1');
  if (may === 'api') {
    const body =
      method === 'GET' ? undefined : (JSON_BODIES.find(([pattern]) => pattern.exec(`${method} ${path}`) !== null)?.[1] ?? undefined);
    return api(method, address.replace('/api/v1', ''), body);
  }
  if (method === 'GET') return web.get(address);
  return web.send(method, address, new URLSearchParams({ _csrf: web.csrf(), ...FORM }));
}

test('every address of agents and keys is either of one conversation or known to show no hidden one', (t) => {
  for (const { method, path } of routes()) {
    const known = isBearing(path) || FREE.some((pattern) => pattern.exec(`${method} ${path}`) !== null);
    t.true(known, `${method} ${path}: say in this file what it shows of conversations`);
  }
});

/** What hangs on a conversation of a hidden folder is not there for an outsider, by whatever address. */
async function nothingByAddress(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { outsider, hidden } = office;
  const bearing = routes().filter(({ path }) => isBearing(path));
  t.true(bearing.length > 45, String(bearing.length));
  for (const route of bearing) {
    const { status, text } = await ask(outsider, route, hidden);
    t.is(status, 404, `${route.method} ${route.path}: ${text.slice(0, 200)}`);
    t.false(text.includes(CANARY), `${route.method} ${route.path}`);
  }
}

/** The same addresses open for the administrator and for an agent of that folder. */
async function openToOthers(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { admin, insider, hidden } = office;
  for (const route of routes().filter(({ method, path }) => method === 'GET' && isBearing(path))) {
    if (route.path.includes('/raw') || route.path.includes(':choice') || route.path.endsWith('/body')) continue;
    for (const person of [admin, insider]) {
      const { status } = await ask(person, route, hidden);
      t.true(status < 400, `${route.path}: ${status}`);
    }
  }
}

/** A word of a hidden conversation is on no page, in no list, search, panel or notification of an outsider. */
async function wordNowhere(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { admin, outsider, hidden, shown, shownNote, closed, scope } = office;
  const [pages, calls] = [pagesFor({ hidden, shown, shownNote, closed }), callsFor({ hidden, shown })];
  let found = 0;
  for (const path of pages) {
    const { status, text } = await outsider.web.get(path);
    t.true(status < 500, `${path}: ${status}`);
    t.false(said(text, path), `${path}: ${text.slice(text.indexOf(CANARY) - 300, text.indexOf(CANARY) + 60)}`);
    found += said((await admin.web.get(path)).text, path) ? 1 : 0;
  }
  for (const path of calls) {
    const { status, text } = await outsider.api('GET', path);
    t.true(status < 400, `${path}: ${status}`);
    t.false(text.includes(CANARY), path);
    found += (await admin.api('GET', path)).text.includes(CANARY) ? 1 : 0;
  }
  t.true(found > 15, `the administrator finds it on ${found} of them`);
  const frames = (await outsider.web.get(`/conversations/${shown}`)).text;
  t.true(frames.includes(`#${hidden.conversations} `), 'the line of a moved message keeps the number');
  const [{ n } = { n: 0 }] = (await scope
    .db('notifications')
    .where({ agent_id: outsider.id, conversation_id: hidden.conversations })
    .count({ n: '*' })) as { n: number }[];
  t.true(Number(n) > 0, 'he had been told of it while he saw it');
}

/** What an outsider asks to be done to all does not reach what he does not see. */
async function nothingInBulk(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { outsider, hidden, scope } = office;
  await scope.db('deliveries').where({ id: hidden.deliveries }).update({ status: 'deferred', next_attempt_at: '2099-01-01T00:00:00.000Z' });
  await outsider.web.get('/deliveries');
  await outsider.web.post('/deliveries/attempts', { domain: '' });
  const { next_attempt_at: at } = await scope.db('deliveries').where({ id: hidden.deliveries }).first('next_attempt_at');
  t.is(at, '2099-01-01T00:00:00.000Z');
  const before = await scope.db('conversations').where({ id: hidden.conversations }).first();
  for (const all of ['', 'yes'])
    for (const act of ['spam', 'close', 'assign:none', 'label:1', 'ignore', 'snooze:answer', 'read', 'file:1', 'trash', 'untrash']) {
      const { status } = await outsider.web.post('/bulk-actions', {
        act,
        ids: String(hidden.conversations),
        ...(all ? { all, list: `q=${CANARY}` } : {}),
      });
      t.true(status === 303 || status === 404, `${act}: ${status}`);
    }
  t.deepEqual(await scope.db('conversations').where({ id: hidden.conversations }).first(), before);
  for (const path of ['/bulk-actions', ...(await scope.db('bulk_actions').pluck('id')).map((id) => `/bulk-actions/${id}`)])
    t.false((await outsider.web.get(path)).text.includes(CANARY), path);
  t.is((await scope.db('conversations').where({ id: hidden.conversations }).first('spam_at')).spam_at, null);
}

/** Deleted it is in the trash of those alone who saw it before, and nobody else can put it back. */
async function nothingInTrash(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { outsider, insider, admin, hidden, scope } = office;
  await scope.db('deliveries').where({ id: hidden.deliveries }).update({ status: 'sent' });
  await trashConversation(scope, hidden.conversations as ConversationId);
  await nothingByAddress(t, office);
  const saidTo = async ({ web }: Person, list: string) => (await web.get(`/conversations${list}`)).text.includes(CANARY);
  for (const list of ['?folder=trash', `?folder=trash&q=%23${hidden.conversations}`, '?q=is%3Adeleted', '/rows?folder=trash'])
    t.deepEqual([await saidTo(outsider, list), await saidTo(insider, list), await saidTo(admin, list)], [false, true, true], list);
  for (const list of ['?folder=all', '?folder=closed']) t.false(await saidTo(admin, `/rows${list}`), list);
  t.false((await outsider.web.get('/conversations')).text.includes('id="folder-trash"'), 'not even that there is something');
  await restoreConversation(scope, hidden.conversations as ConversationId);
}

/** The live stream names only what its agent sees, and a changed right takes hold while it is open. */
async function liveOnlySeen(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { base, scope, outsider, admin, hidden, shown, open, closed } = office;
  const cookie = [...outsider.web.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  let heard = '';
  const request = get(`${base}/live`, { headers: { cookie } }, (response) => response.on('data', (bytes) => (heard += String(bytes))));
  t.teardown(() => request.destroy());
  const note = (id: number) => admin.api('POST', `/conversations/${id}/messages`, { kind: 'note', text: 'x' });
  await until('the stream is open', async () => heard.includes('event: opened'));
  await note(hidden.conversations);
  await note(shown);
  await until('the shown one was named', async () => heard.includes(`data: conversation-${shown}\n`));
  t.false(heard.includes(`conversation-${hidden.conversations}\n`));
  await grant(scope, [
    { agentId: outsider.id, folderId: open, level: 'none' },
    { agentId: outsider.id, folderId: closed, level: 'see' },
  ]);
  await until('his lists are to be fetched again', async () => heard.endsWith('data: conversations\n\n'));
  heard = '';
  await note(shown);
  await note(hidden.conversations);
  await until('now the other one is named', async () => heard.includes(`data: conversation-${hidden.conversations}\n`));
  t.false(heard.includes(`conversation-${shown}\n`));
  await confine(scope, outsider.id, [open]);
  await grant(scope, [{ agentId: outsider.id, folderId: closed, level: 'none' }]);
  await assignConversation(scope, shown as ConversationId, outsider.id);
}

/** Whoever saw a folder only by a team sees nothing of it once he is not in it any more, and again when he is back. */
async function leavingTeam(t: ExecutionContext, office: SecretOffice): Promise<void> {
  const { scope, insider, team, hidden } = office;
  const read = async () => (await insider.web.get(`/conversations/${hidden.conversations}`)).status;
  t.is(await read(), 200);
  await changeTeam(scope, team, { memberIds: [] });
  await nothingByAddress(t, { ...office, outsider: insider });
  t.false((await insider.web.get('/conversations?folder=all')).text.includes(CANARY));
  await changeTeam(scope, team, { memberIds: [insider.id] });
  t.is(await read(), 200);
  await removeTeam(scope, team);
  t.is(await read(), 404);
}

test('a conversation of a hidden folder reaches an outsider by no address, list, search, notification or live stream', async (t) => {
  const office = await secretOffice(t);
  await nothingByAddress(t, office);
  await openToOthers(t, office);
  await wordNowhere(t, office);
  await nothingInBulk(t, office);
  await nothingInTrash(t, office);
  await liveOnlySeen(t, office);
  await leavingTeam(t, office);
});
