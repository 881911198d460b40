import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../../config/config.ts';
import { listAgents } from '../../core/agents/list-agents.ts';
import { createApiKey } from '../../core/api-keys/api-keys.ts';
import type { Scope } from '../../core/db/scope.ts';
import { admit } from '../../core/http/access.ts';
import { ACCESSES, type Route } from '../../core/http/context.ts';
import { signSession } from '../../core/http/session.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { PERMISSIONS, type Permission, writePermissions } from '../../core/lib/permissions.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { start } from '../../core/main.ts';
import { startSession } from '../../core/sessions/start-session.ts';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { databaseTarget } from '../support/db.ts';
import { routeTable } from '../support/route-table.ts';
import { tempDir } from '../support/temp-dir.ts';
import { agent } from '../support/web.ts';

const SECRET = 'a secret of the access matrix, long enough';
/** `holder` = an agent with every permission; the keys are of an administrator, an agent, a holder. */
const ROLES = ['nobody', 'agent', 'holder', 'administrator', 'key', 'agentKey', 'holderKey'] as const;
type Role = (typeof ROLES)[number];

type Known = Readonly<Record<'agent' | 'holder' | 'administrator', AgentId> & Record<'key' | 'agentKey' | 'holderKey', string>>;

interface Product {
  readonly base: string;
  readonly headersOf: (role: Role) => Promise<Record<string, string>>;
}

async function product(t: ExecutionContext): Promise<Product> {
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  const config = readConfig({
    CENTRALA_DATA_DIR: dir,
    CENTRALA_HTTP_PORT: '0',
    CENTRALA_SMTP_PORT: '0',
    CENTRALA_SECRET_KEY: SECRET,
    CENTRALA_LOG_LEVEL: 'silent',
    CENTRALA_ADMIN_EMAIL: 'ewa@firma.example',
    CENTRALA_ADMIN_PASSWORD: PASSWORD,
    ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}),
  });
  const centrala = await start(config, silentLog);
  t.teardown(() => centrala.stop());
  const { scope } = centrala;
  const [agent, holder] = [await addAgent(scope, 'Jan'), await addAgent(scope, 'Iga')];
  await scope
    .db('agents')
    .where({ id: holder })
    .update({ permissions: writePermissions(PERMISSIONS) });
  const administrator = (await listAgents(scope))[0]?.id;
  if (!administrator) throw new Error('there is no administrator');
  const keyOf = async (id: AgentId): Promise<string> => (await createApiKey(scope, id, 'matrix')).key;
  const known: Known = {
    agent,
    holder,
    administrator,
    key: await keyOf(administrator),
    agentKey: await keyOf(agent),
    holderKey: await keyOf(holder),
  };
  return {
    base: `http://127.0.0.1:${centrala.port}`,
    headersOf: (role) => headersOf(scope, role, known),
  };
}

/** A new session for every request, since some of them end it; the CSRF token is the one that its pages would carry. */
async function headersOf(scope: Scope, role: Role, known: Known): Promise<Record<string, string>> {
  const keyring = createKeyring(SECRET);
  const token = (bearer: string): string => `salt.${keyring.sign('csrf', `salt:${bearer}`)}`;
  if (role === 'key' || role === 'agentKey' || role === 'holderKey')
    return { authorization: `Bearer ${known[role]}`, 'x-csrf-token': 'none' };
  if (role === 'nobody') return { cookie: `visit=me.${keyring.sign('visit', 'me')}`, 'x-csrf-token': token('visit:me') };
  const id = known[role];
  const sessionId = await startSession(scope, id, { ip: '', userAgent: '' });
  const cookie = signSession(keyring.key('session'), { sessionId, agentId: id }, scope.now());
  return { cookie: `session=${cookie}`, 'x-csrf-token': token(`session:${sessionId}`) };
}

/** Which of the four kinds of refusal, or none, an answer is. */
async function ask(base: string, { method, path, may }: Pick<Route, 'method' | 'path' | 'may'>, headers: Record<string, string>) {
  const body = method === 'GET' ? null : '{}';
  const address = base + path.replace(/:\w+/g, '999999').replace(/\{?\*\w+\}?/g, 'x');
  const init = { method, body, redirect: 'manual', headers: { ...headers, 'content-type': 'application/json' } } as const;
  const response = await fetch(address, init);
  await response.body?.cancel();
  // Log-out ends at the log-in form too, but takes the cookie away; set-up leads there once somebody can log in.
  const isLogout = response.headers.getSetCookie().some((line) => line.startsWith('session=;'));
  const login = may !== 'public' && !isLogout && response.headers.get('location')?.startsWith('/login') === true;
  return {
    status: response.status,
    refusal: login ? 'login' : response.status === 401 ? 'key' : response.status === 403 ? 'forbidden' : 'none',
  };
}

/** Whoever holds permissions differs from another agent only where one is asked for. */
const isTelling = ({ may, needs }: Route, role: Role): boolean =>
  role === 'agentKey' || role === 'holderKey' ? needs !== undefined : role !== 'holder' || !['public', 'agent', 'api'].includes(may);

/** Keys open calls of the API and nothing else; 401 by a key means that a call is not for sessions. */
function expected({ may, needs }: Route, role: Role): string {
  const isKey = role === 'key' || role === 'agentKey' || role === 'holderKey';
  if (may === 'public') return 'none';
  if (role === 'nobody' || isKey !== (may === 'api')) return may === 'api' ? 'key' : 'login';
  const wanted = needs ?? may;
  if (wanted === 'api' || wanted === 'agent' || role === 'administrator' || role === 'key') return 'none';
  return wanted !== 'administrator' && (role === 'holder' || role === 'holderKey') ? 'none' : 'forbidden';
}

test('every address says who may call it', (t) => {
  const routes = routeTable();
  t.true(routes.length > 60, String(routes.length));
  for (const { method, path, may } of routes) t.true(ACCESSES.includes(may), `${method} ${path}`);
  const open = routes.filter(({ may }) => may === 'public').map(({ method, path }) => `${method} ${path}`);
  t.deepEqual(open.sort(), [
    'GET /',
    'GET /api/v1/openapi.json',
    'GET /login',
    'GET /logo',
    'GET /password-resets/choice',
    'GET /password-resets/new',
    'GET /privacy',
    'GET /restorations/:ticket',
    'GET /restorations/:ticket/state',
    'GET /setup',
    'GET /setup/restore',
    'GET /setup/restore/:name',
    'GET /setup/restore/file',
    'GET /setup/restore/moment',
    'GET /terms',
    'GET /widget',
    'GET /widget.js',
    'GET /widget/chat',
    'GET /widget/chat.js',
    'GET /widget/chat/live',
    'GET /widget/chat/waiting',
    'GET /widget/face',
    'GET /widget/frame.css',
    'POST /language',
    'POST /login',
    'POST /password-resets',
    'POST /password-resets/choice',
    'POST /setup',
    'POST /setup/restore',
    'POST /setup/restore/:name',
    'POST /setup/restore/file',
    'POST /setup/restore/file/restoration',
    'POST /setup/restore/host-key',
    'POST /setup/restore/moment',
    'POST /widget',
    'POST /widget/chat',
  ]);
});

test('every address opens for whom it should and for nobody else', async (t) => {
  const { base, headersOf } = await product(t);
  for (const route of routeTable()) {
    for (const role of ROLES) {
      if (!isTelling(route, role)) continue;
      // Nobody's CSRF token is not a key's: a form before log-in is refused to it before anything else is looked at.
      if (role.toLowerCase().includes('key') && route.may === 'public' && route.method !== 'GET') continue;
      const { status, refusal } = await ask(base, route, await headersOf(role));
      const where = `${route.method} ${route.path} as ${role}: ${status}`;
      t.is(refusal, expected(route, role), where);
      t.true(status < 500, where);
    }
  }
});

test('no page that changes something does so without a token', async (t) => {
  const { base, headersOf } = await product(t);
  for (const route of routeTable().filter(({ method, may }) => method !== 'GET' && may !== 'api')) {
    const { cookie = '' } = await headersOf('administrator');
    const stranger = await headersOf('agent');
    for (const token of ['', stranger['x-csrf-token'] ?? '']) {
      const { status } = await ask(base, route, { cookie, 'x-csrf-token': token });
      t.is(status, 403, `${route.method} ${route.path} with "${token}"`);
    }
  }
});

test('a permission opens the addresses that name it and no other', (t) => {
  const routes = routeTable();
  const opens = (route: Route, permissions: readonly Permission[]): boolean => {
    try {
      admit(route, { agent: { ...agent(2), permissions }, language: 'pl' });
      return true;
    } catch {
      return false;
    }
  };
  for (const permission of PERMISSIONS) {
    const others = PERMISSIONS.filter((one) => one !== permission);
    for (const route of routes) {
      const wanted = route.needs ?? route.may;
      const isFree = wanted === 'public' || wanted === 'agent' || wanted === 'api';
      const where = `${route.method} ${route.path}: ${permission}`;
      t.is(opens(route, [permission]), isFree || wanted === permission, where);
      t.is(opens(route, others), isFree || (wanted !== permission && wanted !== 'administrator'), `all but ${where}`);
    }
  }
  const named = new Set(routes.flatMap(({ may, needs }) => [may, needs]));
  // What they open stands on pages that every agent has: shared views, figures of colleagues.
  t.deepEqual(
    PERMISSIONS.filter((one) => !named.has(one)),
    ['views', 'statistics'],
  );
});
