import test from 'ava';
import { hashPassword, passwordProblem, verifyPassword } from '../../core/agents/password.ts';

test('a password is kept as an argon2id hash with its own salt and at least 19 MiB', async (t) => {
  const [first, second] = [await hashPassword('zielony rower'), await hashPassword('zielony rower')];
  t.regex(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  t.not(first, second);
  t.true(await verifyPassword('zielony rower', first));
  t.false(await verifyPassword('zielony roweR', first));
  t.false(await verifyPassword('', first));
});

test('the same letters typed on another system are the same password', async (t) => {
  t.true(await verifyPassword('za\u007ao\u0301\u0142te pole', await hashPassword('zaz\u00f3\u0142te pole')));
});

test('no hash, a broken hash and an endless password are wrong and take their time', async (t) => {
  const started = performance.now();
  for (const hash of [null, '', '*', 'plain', '$argon2id$v=19$m=19456,t=2,p=1$$', '$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA'])
    t.false(await verifyPassword('zielony rower', hash));
  t.false(await verifyPassword('x'.repeat(5_000), await hashPassword('zielony rower')));
  const each = (performance.now() - started) / 8;
  t.true(each > 5, `${each} ms`);
});

const PERSONAL = ['ewa.nowak@firma.example', 'Ewa', 'Nowak', 'Rowery & Spółka'];

test('short, endless, common and personal passwords are refused with the reason', (t) => {
  const refused: Readonly<Record<string, string>> = {
    '': 'short',
    krótkie: 'short',
    '123456789': 'short',
    '1234567890': 'simple',
    aaaaaaaaaaaa: 'simple',
    'abab abab abab': 'simple',
    password123: 'simple',
    'Passw0rd!!!': 'simple',
    'Hasło 12345': 'simple',
    qwertyuiop: 'simple',
    zaq12wsxzaq12wsx: 'simple',
    'ewa.nowak@firma.example': 'personal',
    'ewa.nowak1': 'personal',
    NowakNowak12: 'personal',
    'Firma!!!123': 'personal',
    RowerySpolka: 'personal',
    ['ś'.repeat(600)]: 'long',
  };
  for (const [password, why] of Object.entries(refused))
    t.is(passwordProblem(password, PERSONAL), `agents.problem.password_${why}`, password);
});

test('a sentence, a random text and any script are good passwords', (t) => {
  for (const password of ['zielony rower jedzie', 'x7$Kq9!mZp', 'Nowak lubi zielone rowery', '正しい馬バッテリーホチキス', 'ααβγδεζηθικ'])
    t.is(passwordProblem(password, PERSONAL), null, password);
});
