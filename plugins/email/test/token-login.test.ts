import test from 'ava';
import { AppError } from '../../../core/lib/errors.ts';
import type { AccessToken } from '../../../core/plugins/contract.ts';
import { relayOf } from '../mailbox/settings.ts';
import { connectRelay } from '../outbound/connection.ts';
import { failureOf } from '../outbound/outcome.ts';
import { relayTarget } from '../outbound/target.ts';
import { readEmailSettings } from '../settings.ts';
import { smtpPeer } from './smtp-peer.ts';

const never = new AbortController().signal;
const NOT_GOOD = Buffer.from('{"status":"401"}').toString('base64');

const target = (port: number) => {
  const values = {
    route: 'mailbox',
    login: 'biuro@firma.test',
    grant: '7',
    imapHost: '127.0.0.1',
    smtpHost: '127.0.0.1',
    smtpPort: port,
    smtpSecurity: 'none',
  };
  const { mailbox } = readEmailSettings(values);
  if (!mailbox) throw new Error('no mailbox');
  return relayTarget(relayOf(mailbox), true, null);
};

test('an account that was logged in to at its provider needs no password, and sends by a token, which is exchanged once when it is refused', async (t) => {
  const peer = await smtpPeer(t, { EHLO: () => '250-relay.test\r\n250 AUTH XOAUTH2' });
  const shown = (line: string): string => Buffer.from(line.replace('AUTH XOAUTH2 ', ''), 'base64').toString().replaceAll('\x01', '|');
  const asked: (string | undefined)[] = [];
  const tokens: AccessToken = async (grant, _signal, refused) => {
    asked.push(refused);
    return `${grant}-${asked.length}`;
  };
  peer.play({
    EHLO: () => '250-relay.test\r\n250 AUTH XOAUTH2',
    AUTH: (said) => (shown(said.replace('XOAUTH2 ', '')).includes('7-1') ? `334 ${NOT_GOOD}` : '235 ok'),
  });
  (await connectRelay(target(peer.port), never, tokens)).quit();
  t.deepEqual(asked, [undefined, '7-1']);
  t.deepEqual(peer.commands.filter((one) => one.startsWith('AUTH')).map(shown), [
    'user=biuro@firma.test|auth=Bearer 7-1||',
    'user=biuro@firma.test|auth=Bearer 7-2||',
  ]);
});

test('without a token no connection is made, and mail waits as it does for a wrong password', async (t) => {
  const peer = await smtpPeer(t);
  const refusing: AccessToken = () => Promise.reject(new AppError('login_again', 422, 'The service wants a new log-in'));
  const error = await t.throwsAsync(connectRelay(target(peer.port), never, refusing));
  t.is(peer.connections(), 0);
  t.is(failureOf(error).code, 'login_again');
});
