import test from 'ava';
import { type Scope, transact } from '../../core/db/scope.ts';
import { saveClient } from '../../core/oauth/client.ts';
import { endingNotice, endingSoon, noteTold } from '../../core/oauth/expiry.ts';
import { insertGrant, putTokens } from '../../core/oauth/grant-store.ts';
import { sealed } from '../../core/oauth/tokens.ts';
import { scopeFor } from '../support/db.ts';
import { REGISTERED } from '../support/oauth-server.ts';
import { KEYRING } from '../support/web.ts';

/** What is told when the clock goes on day by day, as `day: warning`. */
async function toldFrom(scope: Scope, first: string, days: number): Promise<readonly string[]> {
  const told: string[] = [];
  for (let day = 0; day < days; day += 1)
    for (const hour of [9, 15]) {
      const now = new Date(Date.parse(`${first}T00:00:00Z`) + day * 86_400_000 + hour * 3_600_000);
      const then = { ...scope, now: () => now };
      const endings = await endingSoon(then);
      for (const one of endings) told.push(`${now.toISOString().slice(0, 10)}: ${one.account ?? one.service} ${one.days}`);
      await noteTold(then, endings);
    }
  return told;
}

test('the end of a client secret and of a log-in is told 30, 7 and 1 days before and when it is over, each once', async (t) => {
  const scope = await scopeFor(t);
  await saveClient(scope, KEYRING, 'microsoft', { ...REGISTERED, isPublic: false, secretExpiresOn: '2027-03-31' });
  await saveClient(scope, KEYRING, 'google', { ...REGISTERED, isPublic: false, secretExpiresOn: '' });
  t.deepEqual(await toldFrom(scope, '2027-02-20', 45), [
    '2027-03-02: microsoft 30',
    '2027-03-25: microsoft 7',
    '2027-03-31: microsoft 1',
    '2027-04-01: microsoft 0',
  ]);
  await saveClient(scope, KEYRING, 'microsoft', { ...REGISTERED, isPublic: false, secretExpiresOn: '2027-06-30' });
  t.deepEqual(await toldFrom(scope, '2027-06-20', 2), ['2027-06-20: microsoft 30'], 'a new secret is told of anew');
});

test('a log-in that the service gives for a week, as Google does in its test mode, is told of with its mailbox', async (t) => {
  const scope = await scopeFor(t);
  const now = new Date('2027-01-01T12:00:00Z');
  await transact(scope, async (tx) => {
    const id = await insertGrant(tx, { service: 'google', account: 'biuro@firma.test', scopes: ['x'] });
    const tokens = { access_token: 'a', token_type: 'Bearer', expires_in: 3599, refresh_token: 'r', refresh_token_expires_in: 604_799 };
    await putTokens({ ...tx, now: () => now }, id, sealed(KEYRING, tokens, now), false);
  });
  t.deepEqual(await toldFrom(scope, '2027-01-01', 9), ['2027-01-07: biuro@firma.test 1', '2027-01-08: biuro@firma.test 0']);
  const endings = [
    { service: 'google', account: 'biuro@firma.test', grantId: null, at: new Date('2027-01-08T12:00:00Z'), days: 1 },
  ] as const;
  const said = endingNotice((key, values) => `${key} ${JSON.stringify(values ?? {})}`, {
    endings,
    companyName: 'Firma',
    link: 'https://x.test/mailboxes',
    dateOf: (at) => at.toISOString(),
  });
  t.true(said.lines.join().includes('oauth.warning.login') && said.lines.join().includes('biuro@firma.test'));
});
