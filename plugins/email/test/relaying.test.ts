import test from 'ava';
import { greeted, listenerFor } from './listening.ts';

/** What stands between the angle brackets; our domain is firma.test with the inbox biuro@. */
const FORMS: readonly string[] = [
  'victim@evil.test',
  'victim@EVIL.test',
  'victim%evil.test@firma.test',
  'victim%evil.test%firma.test@firma.test',
  'victim%evil.test@[127.0.0.1]',
  'victim@evil.test%firma.test',
  'evil.test!victim@firma.test',
  'firma.test!evil.test!victim',
  'evil.test!victim',
  'victim!evil.test@firma.test',
  '@firma.test:victim@evil.test',
  '@firma.test,@evil.test:victim@evil.test',
  '@evil.test:victim@evil.test',
  '@firma.test:victim%evil.test@firma.test',
  '"victim@evil.test"@firma.test',
  '"victim%evil.test"@firma.test',
  '"evil.test!victim"@firma.test',
  '"biuro"@firma.test',
  '"biuro@firma.test"@evil.test',
  '"victim@evil.test"',
  'victim@evil.test@firma.test',
  'biuro@firma.test@evil.test',
  'victim@firma.test@evil.test',
  'victim@[192.0.2.1]',
  'biuro@[127.0.0.1]',
  'victim@[IPv6:::1]',
  'biuro@127.0.0.1',
  'biuro@localhost',
  'biuro',
  'postmaster',
  'root',
  'biuro@',
  '@',
  '@firma.test',
  'biuro@firma.test.evil.test',
  'biuro@evil.firma.test',
  'biuro(victim@evil.test)@firma.test',
  'biuro@firma.test,victim@evil.test',
  'biuro@firma.test;victim@evil.test',
  'a b@firma.test',
  '<victim@evil.test>',
  'victim@evil.test>,<biuro@firma.test',
  'biuro@firma\u200b.test',
];

test('none of forty ways to write a recipient makes this machine pass mail on', async (t) => {
  t.true(FORMS.length >= 40);
  const { host, listener } = await listenerFor(t, { settings: { ownNetworks: '127.0.0.1' } });
  for (const form of FORMS) {
    const smtp = await greeted(t, listener);
    await smtp.mailFrom('spam@evil.test');
    const answer = await smtp.say(`RCPT TO:<${form}>`, '5');
    t.regex(answer, /^(550 5\.1\.1|501 5\.1\.3) /, form);
    await smtp.say('DATA', '503 5.5.1');
    smtp.destroy();
  }
  t.is(host.kept.length, 0);
});

test('nobody logs in, before TLS or after, so nobody gets the right to relay', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  for (const line of ['AUTH PLAIN AGEAYg==', 'AUTH LOGIN', 'AUTH CRAM-MD5', 'AUTH', 'XCLIENT ADDR=127.0.0.1', 'XFORWARD ADDR=127.0.0.1'])
    await smtp.say(line, '500 5.5.2');
});

test('control characters hidden in the parameters of an address are refused', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  await smtp.say('MAIL FROM:<a@klient.test> ENVID=ab+0D+0Acd', '501 5.1.7');
  await smtp.mailFrom('a@klient.test');
  await smtp.say('RCPT TO:<biuro@firma.test> ORCPT=rfc822;a+0D+0Ab', '501 5.1.3');
});
