import test from 'ava';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../../../test/support/dovecot.ts';
import { until } from '../../../test/support/until.ts';
import { accountAt, mail } from './account.ts';

const ADDRESS = 'a@firma.test';

test('a message that the server cannot read is passed over after five minutes, those around it are had', async (t) => {
  const dovecot = await startDovecot([ADDRESS]);
  t.teardown(dovecot.stop);
  let later = 0;
  let failures = 0;
  const withheld: string[] = [];
  const patience = (_kind: string, inARow: number): number => {
    failures = inARow;
    return 20;
  };
  const standstill = () => until('it stands still', () => failures >= 8);
  const host = memoryHost({ now: () => new Date(Date.now() + later) });
  const place = { port: dovecot.port, login: ADDRESS, password: DOVECOT_PASSWORD };
  const { start, subjects } = accountAt(t, place, { host, patience, onWithheld: () => void withheld.push('one') });
  for (let n = 0; n < 12; n += 1) dovecot.deliver(ADDRESS, mail(`stary ${n}`));
  dovecot.readable(ADDRESS, 5, false);
  const first = await start();
  await standstill();
  t.is(first.health()?.state, 'failing');
  t.deepEqual(withheld, []);
  later += 6 * 60_000;
  await first.current(11);
  t.deepEqual(withheld, ['one']);
  t.false(subjects().includes('stary 5'));
  t.is(new Set(subjects()).size, 11);
  await first.accounts.stop();

  // What is new, of which the server knows not even the size.
  for (let n = 0; n < 4; n += 1) dovecot.deliver(ADDRESS, mail(`nowy ${n}`));
  dovecot.readable(ADDRESS, 13, false);
  const second = await start();
  failures = 0;
  await standstill();
  later += 6 * 60_000;
  await second.current(14);
  t.deepEqual([withheld.length, subjects().includes('nowy 1'), subjects().includes('nowy 3')], [2, false, true]);
  t.is(new Set(subjects()).size, host.kept.length);
  await second.accounts.stop();
});
