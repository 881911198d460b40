import test from 'ava';
import { DOVECOT_PASSWORD, startDovecot } from '../../../test/support/dovecot.ts';
import { accountAt, mail } from './account.ts';

const BYTES = 70 * 1024 * 1024;

test('where the largest message that is taken was set higher, a message of that size is fetched, and holds up none of the others', async (t) => {
  const login = 'biuro@firma.test';
  const dovecot = await startDovecot([login]);
  t.teardown(() => dovecot.stop());
  dovecot.deliver(login, mail('mały'));
  dovecot.deliver(login, mail('duży', `${'x'.repeat(75)}\r\n`.repeat(Math.ceil(BYTES / 77))));
  const withheld: number[] = [];
  const options = { patience: () => 500, onWithheld: () => void withheld.push(1) };
  const { start, host } = accountAt(t, { port: dovecot.port, login, password: DOVECOT_PASSWORD }, options);
  const { current, health } = await start({}, 100 * 1024 * 1024);
  await current(2);
  t.deepEqual(
    host.kept.map(({ body, envelope }) => [body.length > BYTES, envelope['leftBytes']]),
    [
      [true, undefined],
      [false, undefined],
    ],
  );
  t.is(health()?.failingSince, null);
  t.deepEqual(withheld, []);
});
