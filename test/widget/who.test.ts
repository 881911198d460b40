import test from 'ava';
import { changeAvailability } from '../../core/agents/availability.ts';
import type { Scope } from '../../core/db/scope.ts';
import { NO_FACE } from '../../core/lib/face.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { startSession } from '../../core/sessions/start-session.ts';
import { cacheWidget } from '../../core/widget/cached.ts';
import { changeWidget } from '../../core/widget/settings.ts';
import { USUAL } from '../../core/widget/types.ts';
import { addAgent } from '../support/accounts.ts';
import { ADMIN } from '../support/app.ts';
import { scopeFor } from '../support/db.ts';
import { loggedInClient, multipart } from '../support/http-client.ts';
import { officeFor } from '../support/office.ts';
import { pngOf } from '../support/png.ts';
import { until } from '../support/until.ts';
import { widgetOn } from '../support/widget.ts';

const MINUTE_MS = 60_000;

test('visitors see whoever is logged in, at work and available, one with a picture before others, and otherwise nobody', async (t) => {
  const clock = { now: new Date('2026-11-28T10:00:00Z') };
  const scope: Scope = { ...(await scopeFor(t)), now: () => clock.now };
  const [jan, ewa] = [await addAgent(scope, 'Jan'), await addAgent(scope, 'Ewa')];
  const pictured = new Set<AgentId>();
  const faces = {
    read: async () => ({ logo: null, faces: new Map([...pictured].map((id) => [id as number, { ...NO_FACE, picture: 'abc' }])) }),
  };
  const who = async (): Promise<string | null> => (await cacheWidget(faces).read(scope)).attendant?.firstName ?? null;
  const enter = (id: AgentId) => startSession(scope, id, { ip: '', userAgent: '' });
  await changeWidget(scope, { ...USUAL, isOn: true, sites: ['https://firma.pl'] });
  t.is(await who(), null, 'nobody is logged in');
  const session = await enter(jan);
  t.is(await who(), 'Jan');
  clock.now = new Date(clock.now.getTime() + MINUTE_MS);
  await enter(ewa);
  t.is(await who(), 'Ewa', 'the last seen');
  pictured.add(jan);
  t.is(await who(), 'Jan', 'with a picture');
  for (const absence of ['busy', 'away'] as const) {
    await changeAvailability(scope, jan, absence, new Date(clock.now.getTime() + MINUTE_MS));
    t.is(await who(), 'Ewa', absence);
  }
  clock.now = new Date(clock.now.getTime() + 2 * MINUTE_MS);
  t.is(await who(), 'Jan', 'his absence is over');
  await scope.db('sessions').where({ id: session }).update({ revoked_at: clock.now.toISOString() });
  t.is(await who(), 'Ewa', 'he has logged out');
  await changeWidget(scope, { ...USUAL, isOn: true, sites: ['https://firma.pl'], showsAgent: false });
  t.is(await who(), null, 'nobody is to be seen');
  await changeWidget(scope, { ...USUAL, isOn: true, sites: ['https://firma.pl'] });
  await scope.db('agents').where({ id: ewa }).update({ status: 'disabled' });
  t.is(await who(), null, 'she may not log in any more');
  await scope.db('agents').where({ id: ewa }).update({ status: 'active' });
  t.is(await who(), 'Ewa');
  clock.now = new Date(clock.now.getTime() + 11 * MINUTE_MS);
  t.is(await who(), null, 'silent for longer than ten minutes');
});

test('a picture or logo in which a virus was found since is shown to nobody: initials stand in its place, and another can be given', async (t) => {
  const app = await officeFor(t);
  await widgetOn(app);
  const client = await loggedInClient(app.base, ADMIN);
  await client.get('/profile');
  const upload = (path: string, side: number) => {
    const form = multipart({ _csrf: client.csrf() });
    form.set('picture', new File([new Uint8Array(pngOf(side, side))], 'a.png', { type: 'image/png' }));
    return client.send('POST', path, form);
  };
  t.is((await upload('/profile/picture', 64)).status, 303);
  t.is((await upload('/settings/logo', 32)).status, 303);
  const addresses = ['/agents/1/picture', '/logo', '/widget/face'];
  const statuses = () => Promise.all(addresses.map(async (path) => (await client.get(path)).status));
  t.deepEqual(await statuses(), [200, 200, 200]);
  for (const sha256 of await app.scope.db('pictures').pluck('blob_sha256'))
    await app.scope.db('file_scans').insert({ sha256, bytes: 1, virus_state: 'infected', virus_name: 'Eicar', noted_at: 'now' });
  t.deepEqual(await statuses(), [404, 404, 204]);
  await until('initials', async () => !/\/picture\?v=|\/logo\?v=/.test((await client.get('/profile')).text));
  t.is((await upload('/profile/picture', 48)).status, 303);
  t.deepEqual(await statuses(), [200, 404, 200]);
});

test('for an agent without a picture the logo is shown, and without a logo nothing that could be taken for one', async (t) => {
  const app = await officeFor(t);
  await widgetOn(app);
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get('/settings');
  const face = () => fetch(`${app.base}/widget/face`);
  t.is((await face()).status, 204, 'the button has a speech bubble then');
  const form = new FormData();
  const logo = pngOf(200, 100);
  form.set('_csrf', anna.csrf());
  form.set('picture', new Blob([new Uint8Array(logo)], { type: 'image/png' }), 'logo.png');
  t.is((await anna.send('POST', '/settings/logo', form)).location, '/settings');
  const shown = await face();
  t.is(shown.status, 200);
  t.is(shown.headers.get('cross-origin-resource-policy'), 'cross-origin');
  t.deepEqual(Buffer.from(await shown.arrayBuffer()), logo);
  const page = await (await fetch(`${app.base}/widget?lang=pl`)).text();
  t.true(page.includes('Anna · jest teraz na miejscu'), page.slice(0, 600));
});
