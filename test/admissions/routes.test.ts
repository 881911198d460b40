import test, { type ExecutionContext } from 'ava';
import { addRule } from '../../core/admissions/change.ts';
import { admissionRoutes } from '../../core/admissions/routes.ts';
import { scopeFor } from '../support/db.ts';
import { httpClient } from '../support/http-client.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

async function site(t: ExecutionContext) {
  const scope = await scopeFor(t);
  let reloads = 0;
  const reload = async () => {
    reloads += 1;
  };
  const { base } = await web(t, admissionRoutes({ reload }), { scope, renderer: strictRenderer() });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  return { scope, administrator, ordinary, reloads: () => reloads };
}

test('a rule is added and removed by form, works at once and shows its reason', async (t) => {
  const { administrator, reloads } = await site(t);
  t.true((await administrator.get('/admissions')).text.includes('Nikomu się nie odmawia'));
  const rule = { verdict: 'deny', subject: 'network', value: '192.0.2.0/24', reason: '<b>Dzwonili</b> z prośbą' };
  t.is((await administrator.post('/admissions', rule)).location, '/admissions');
  t.is(reloads(), 1);
  const page = await administrator.get('/admissions');
  for (const text of ['192.0.2.0/24', '&lt;b&gt;Dzwonili', 'Odmawiaj', 'Adres lub sieć serwera']) t.true(page.text.includes(text), text);
  const [, removal = ''] = /action="(\/admissions\/\d+\/removal)"/.exec(page.text) ?? [];
  t.is((await administrator.post(removal)).status, 303);
  t.is(reloads(), 2);
  t.is((await administrator.post(removal)).status, 404);
});

test('a rule that means nobody or is there already is explained beside its field, and what was typed stays', async (t) => {
  const { administrator, scope } = await site(t);
  await administrator.get('/admissions');
  const wrong = await administrator.post('/admissions', { verdict: 'allow', subject: 'network', value: 'evil.test', reason: 'dlatego' });
  t.is(wrong.status, 422);
  for (const text of ['Wpisz adres IP albo sieć', 'value="evil.test"', 'value="dlatego"', '<option value="allow" selected>'])
    t.true(wrong.text.includes(text), text);
  await addRule(scope, { verdict: 'deny', subject: 'sender', value: 'evil.test', reason: '' });
  const twice = await administrator.post('/admissions', { verdict: 'allow', subject: 'sender', value: 'EVIL.test', reason: '' });
  t.is(twice.status, 422);
  t.true(twice.text.includes('Taka reguła już jest'));
  t.is((await scope.db('admissions')).length, 1);
});

test('rules come in pages of fifty, newest first', async (t) => {
  const { administrator, scope } = await site(t);
  for (let n = 0; n < 60; n += 1) await addRule(scope, { verdict: 'deny', subject: 'network', value: `192.0.2.${n}`, reason: '' });
  const first = (await administrator.get('/admissions')).text;
  t.true(first.includes('192.0.2.59') && first.includes('<code>192.0.2.10</code>') && !first.includes('<code>192.0.2.9</code>'));
  const [, more = ''] = /href="(\/admissions\?before=\d+)"/.exec(first) ?? [];
  const second = (await administrator.get(more, { 'HX-Request': 'true' })).text;
  t.true(second.includes('<code>192.0.2.9</code>') && second.includes('<code>192.0.2.0</code>') && !second.includes('before='));
});

test('only administrators decide whose mail is taken', async (t) => {
  const { ordinary, scope } = await site(t);
  t.is((await ordinary.get('/admissions')).status, 403);
  t.is((await ordinary.post('/admissions', { verdict: 'deny', subject: 'network', value: '0.0.0.0/0', reason: '' })).status, 403);
  t.is((await scope.db('admissions')).length, 0);
});
