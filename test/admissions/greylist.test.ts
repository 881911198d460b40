import test, { type ExecutionContext } from 'ava';
import { forgetOldGreylisted, hasWaited } from '../../core/admissions/greylist.ts';
import { scopeFor } from '../support/db.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CALLER = { ip: '198.51.100.7', helo: 'mx.klient.test', sender: 'anna@klient.test' };

async function clocked(t: ExecutionContext) {
  let now = Date.parse('2026-11-26T10:00:00Z');
  const scope = { ...(await scopeFor(t)), now: () => new Date(now) };
  return {
    scope,
    pass: (ms: number) => {
      now += ms;
    },
    asks: (recipient = 'biuro@firma.test', caller: Partial<typeof CALLER> = {}) => hasWaited(scope, { ...CALLER, ...caller }, recipient),
  };
}

test('an unknown sender passes when he comes again after five minutes, not before, and at once from then on', async (t) => {
  const { asks, pass } = await clocked(t);
  t.false(await asks());
  pass(4 * MINUTE_MS);
  t.false(await asks());
  pass(1 * MINUTE_MS);
  t.true(await asks());
  t.true(await asks());
  pass(30 * DAY_MS);
  t.true(await asks());
  pass(34 * DAY_MS);
  t.true(await asks(), 'each mail extends it');
  pass(36 * DAY_MS);
  t.false(await asks());
});

test('the same pair from a neighbouring machine, with another number or tag of a mailing list, is the same', async (t) => {
  const { asks, pass } = await clocked(t);
  t.false(await asks('biuro@firma.test', { sender: 'bounce-1234+biuro=firma.test@list.test' }));
  pass(5 * MINUTE_MS);
  t.true(await asks('Biuro@Firma.test', { ip: '198.51.100.99', sender: 'bounce-77@list.test' }));
  t.false(await asks('biuro@firma.test', { ip: '198.51.101.7', sender: 'bounce-77@list.test' }));
  t.false(await asks('serwis@firma.test', { sender: 'bounce-77@list.test' }));
});

test('a machine that came again for five pairs waits no more', async (t) => {
  const { asks, pass } = await clocked(t);
  for (let n = 0; n < 5; n += 1) t.false(await asks('biuro@firma.test', { sender: `${'abcde'[n]}@klient.test` }));
  pass(5 * MINUTE_MS);
  for (let n = 0; n < 5; n += 1) t.true(await asks('biuro@firma.test', { sender: `${'abcde'[n]}@klient.test` }));
  t.true(await asks('biuro@firma.test', { sender: 'quite-new@klient.test' }));
  t.false(await asks('biuro@firma.test', { ip: '203.0.113.1', sender: 'quite-new@klient.test' }));
});

test('whoever does not come again within two days begins anew, and what is over is forgotten', async (t) => {
  const { asks, pass, scope } = await clocked(t);
  t.false(await asks());
  pass(2 * DAY_MS);
  t.false(await asks());
  pass(5 * MINUTE_MS);
  t.true(await asks());
  t.is(await forgetOldGreylisted(scope), 0);
  pass(35 * DAY_MS);
  t.true((await forgetOldGreylisted(scope)) > 0);
  t.is((await scope.db('greylisted')).length, 0);
});

test('no address is stored for greylisting', async (t) => {
  const { asks, scope } = await clocked(t);
  await asks();
  t.notRegex(JSON.stringify(await scope.db('greylisted')), /anna|klient|biuro|198\.51/);
});
