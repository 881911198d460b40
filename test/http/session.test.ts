import { createHmac, generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import jwt from 'jsonwebtoken';
import { readSession, signSession } from '../../core/http/session.ts';
import type { AgentId, SessionId } from '../../core/lib/ids.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { KEYRING } from '../support/web.ts';

const KEY = KEYRING.key('session');
const NOW = new Date('2026-11-24T10:00:00Z');
const IAT = Math.floor(NOW.getTime() / 1000);
const CLAIMS = { sessionId: 7 as SessionId, agentId: 3 as AgentId };
const GOOD = { sid: 7, sub: '3', iss: 'centrala', aud: 'agent', iat: IAT, exp: IAT + 3600 };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const byHand = (header: object, payload: unknown, key: string | Buffer | null): string => {
  const text = `${part(header)}.${part(payload)}`;
  return `${text}.${key === null ? '' : createHmac('sha256', key).update(text).digest('base64url')}`;
};
const hs256 = { alg: 'HS256', typ: 'JWT' };
const without = (name: keyof typeof GOOD): object => Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

test('a session cookie that we signed is read back', (t) => {
  t.deepEqual(readSession(KEY, signSession(KEY, CLAIMS, NOW), NOW), CLAIMS);
  t.deepEqual(readSession(KEY, byHand(hs256, GOOD, KEY), NOW), CLAIMS);
});

const FORGED: Readonly<Record<string, string>> = {
  'algorithm none': byHand({ alg: 'none', typ: 'JWT' }, GOOD, null),
  'algorithm nOnE': byHand({ alg: 'nOnE' }, GOOD, null),
  'no algorithm': byHand({ typ: 'JWT' }, GOOD, KEY),
  'a cut signature': byHand(hs256, GOOD, KEY).slice(0, -1),
  'no signature': byHand(hs256, GOOD, null),
  HS512: jwt.sign(GOOD, KEY, { algorithm: 'HS512' }),
  RS256: jwt.sign(GOOD, rsa.privateKey, { algorithm: 'RS256' }),
  'a public key as secret': byHand(hs256, GOOD, rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  'another key of ours': byHand(hs256, GOOD, KEYRING.key('widget')),
  'another installation': byHand(hs256, GOOD, createKeyring('another secret, quite as long as ours is').key('session')),
  'an empty key': byHand(hs256, GOOD, ''),
  'a key id that is a path': byHand({ ...hs256, kid: '../../../dev/null' }, GOOD, ''),
  'an address of keys': byHand({ ...hs256, jku: 'https://evil.example/keys' }, GOOD, 'secret'),
  'no expiry': byHand(hs256, without('exp'), KEY),
  'an expiry in the past': byHand(hs256, { ...GOOD, exp: IAT - 1 }, KEY),
  'an expiry that is a text': byHand(hs256, { ...GOOD, exp: '9999999999' }, KEY),
  'no audience': byHand(hs256, without('aud'), KEY),
  'the audience of the widget': byHand(hs256, { ...GOOD, aud: 'widget' }, KEY),
  'no issuer': byHand(hs256, without('iss'), KEY),
  'an issue date 31 days ago': byHand(hs256, { ...GOOD, iat: IAT - 31 * 86_400 }, KEY),
  'no issue date': byHand(hs256, without('iat'), KEY),
  'not valid yet': byHand(hs256, { ...GOOD, nbf: IAT + 60 }, KEY),
  'a session that is a list': byHand(hs256, { ...GOOD, sid: [7] }, KEY),
  'a session that is true': byHand(hs256, { ...GOOD, sid: true }, KEY),
  'a session below zero': byHand(hs256, { ...GOOD, sid: -7 }, KEY),
  'an agent who is SQL': byHand(hs256, { ...GOOD, sub: '3 or 1=1' }, KEY),
  'no agent': byHand(hs256, without('sub'), KEY),
  'a payload that is a text': byHand(hs256, 'agent', KEY),
  'a payload that is null': byHand(hs256, null, KEY),
  'a changed payload': `${part(hs256)}.${part({ ...GOOD, sub: '1' })}.${byHand(hs256, GOOD, KEY).split('.')[2]}`,
  nothing: '',
  'two parts': 'a.b',
  noise: '%%%.%%%.%%%',
  'a megabyte': 'a'.repeat(1_000_000),
};

for (const [what, token] of Object.entries(FORGED)) {
  test(`a session cookie with ${what} is refused`, (t) => {
    t.is(readSession(KEY, token, NOW), null);
  });
}
