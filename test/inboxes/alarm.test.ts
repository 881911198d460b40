import test from 'ava';
import { alarmNotice, createAlarm, type Watched } from '../../core/inboxes/connecting/alarm.ts';
import { stateOf } from '../../core/inboxes/connecting/view.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 27, 8, minute));
const mailbox = (id: number, failingSince: Date | null): Watched => ({
  id: id as never,
  name: 'Biuro',
  address: 'biuro@firma.test',
  channel: 'email',
  health: { state: 'failing', lastSuccessAt: null, failingSince, problem: 'account_login', detail: 'NO', fetched: 0, total: null },
});

test('a mailbox that fails for a quarter of an hour is told once, and again when it has worked in between', (t) => {
  const alarm = createAlarm();
  const told = (since: Date | null, now: Date) => alarm([mailbox(1, since), mailbox(2, null)], now).map(({ id }) => Number(id));
  t.deepEqual(told(at(0), at(14)), []);
  t.deepEqual(told(at(0), at(15)), [1]);
  t.deepEqual(told(at(0), at(16)), []);
  t.deepEqual(told(null, at(17)), []);
  t.deepEqual(told(at(20), at(36)), [1]);
});

test('the mail about a mailbox that fails names it, what is wrong and what its server said', (t) => {
  const notice = alarmNotice((key, values = {}) => `${key} ${Object.values(values).join(' ')}`, {
    failing: [mailbox(1, at(0))],
    link: 'http://x.test/mailboxes',
    companyName: 'Firma',
  });
  t.regex(notice.lines[0] ?? '', /Biuro biuro@firma\.test plugin\.email\.problems\.account_login\s+NO/);
});

test('a mailbox that has just lost its server says that it connects again, not that it works', (t) => {
  t.is(stateOf({ state: 'current', failingSince: null }), 'current');
  t.is(stateOf({ state: 'current', failingSince: at(0) }), 'retrying');
  t.is(stateOf({ state: 'failing', failingSince: at(0) }), 'failing');
  t.is(stateOf(null), 'connected');
});
