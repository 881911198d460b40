import test from 'ava';
import { greeted, listenerFor } from './listening.ts';

test('parameters that EHLO did not offer are refused, and the sender may go on without them', async (t) => {
  const { host, listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  for (const parameter of ['FOO=bar', 'FOO', 'RET=FULL', 'ENVID=abc', 'AUTH=<>', 'HOLDFOR=60', 'REQUIRETLS', '__proto__=x', 'SIZE=10 FOO'])
    await smtp.say(`MAIL FROM:<a@klient.test> ${parameter}`, '555 5.5.4 Unknown parameter ');
  await smtp.say('DATA', '503 5.5.1');
  await smtp.say('MAIL FROM:<a@klient.test> size=100 body=8bitmime smtputf8', '250 2.1.0');
  for (const parameter of ['FOO=bar', 'NOTIFY=NEVER', 'ORCPT=rfc822;a@b.test', 'SMTPUTF8'])
    await smtp.say(`RCPT TO:<biuro@firma.test> ${parameter}`, '555 5.5.4 Unknown parameter ');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.data('Subject: x\r\n\r\ny\r\n');
  t.is(host.kept.length, 1);
});

test('a parameter that is known but wrong is refused as such', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  for (const parameter of ['BODY=BINARYMIME', 'BODY=x', 'BODY', 'BODY=', 'SIZE=many', 'SIZE', 'SMTPUTF8=yes', 'SIZE=1 SIZE=2'])
    await smtp.say(`MAIL FROM:<a@klient.test> ${parameter}`, '501 5.5.4 ');
  await smtp.say('MAIL FROM:<a@klient.test> BODY=7BIT', '250 2.1.0');
});

test('the answer to an unknown parameter repeats no more of it than a line can hold', async (t) => {
  const { listener } = await listenerFor(t);
  const smtp = await greeted(t, listener);
  const answer = await smtp.say(`MAIL FROM:<a@klient.test> ${'x'.repeat(500)}\u017c\u001b[31m=1`, '5');
  t.regex(answer, /^[\x20-\x7e\r\n]{1,200}$/);
});
