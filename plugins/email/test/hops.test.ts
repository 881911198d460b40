import test from 'ava';
import { outsideSender } from '../authentication/hops.ts';

const received = (...lines: readonly string[]): readonly Buffer[] => lines.map((line) => Buffer.from(` ${line}`));
const through = (lines: readonly string[], remoteIp = '127.0.0.1') =>
  outsideSender({ remoteIp, helo: 'relay.firma.test' }, received(...lines));

const FORMATS: readonly (readonly [program: string, line: string, ip: string, helo: string])[] = [
  [
    'Postfix',
    'from mail.wp.test (mx3.wp.test [192.0.2.7])\r\n\tby mx.firma.test (Postfix) with ESMTPS id 4F; Thu, 26 Nov 2026 10:00:00 +0100',
    '192.0.2.7',
    'mail.wp.test',
  ],
  ['Postfix on IPv6', 'from mail.wp.test (unknown [IPv6:2001:db8::7]) by mx.firma.test with SMTP id 1; now', '2001:db8::7', 'mail.wp.test'],
  [
    'Exim with a name',
    'from mx3.wp.test ([192.0.2.7] helo=mail.wp.test) by mx.firma.test with esmtps (Exim 4.96) id 1; now',
    '192.0.2.7',
    'mail.wp.test',
  ],
  ['Exim without a name', 'from [192.0.2.7] (helo=mail.wp.test) by mx.firma.test with esmtp id 1; now', '192.0.2.7', 'mail.wp.test'],
  [
    'Sendmail',
    'from mail.wp.test (mx3.wp.test [192.0.2.7] (may be forged)) by mx.firma.test (8.17/8.17) with ESMTP id 1; now',
    '192.0.2.7',
    'mail.wp.test',
  ],
  [
    'a HELO that looks like an address',
    'from [203.0.113.1] (unknown [192.0.2.7]) by mx.firma.test with SMTP id 1; now',
    '192.0.2.7',
    '[203.0.113.1]',
  ],
  [
    'a HELO that looks like a comment',
    'from x([203.0.113.1]) (unknown [192.0.2.7]) by mx.firma.test with SMTP id 1; now',
    '192.0.2.7',
    'x([203.0.113.1])',
  ],
];

for (const [program, line, ip, helo] of FORMATS)
  test(`the machine outside is found behind a mail server of ours, as written by ${program}`, (t) => {
    t.deepEqual(through([line]), { ip, helo });
  });

test('a stranger who connects himself is the sender, whatever he writes into the mail', (t) => {
  const forged = 'from mail.wp.test (mail.wp.test [192.0.2.7]) by mx.firma.test (Postfix) with ESMTP id 1; now';
  t.deepEqual(through([forged], '198.51.100.9'), { ip: '198.51.100.9', helo: 'relay.firma.test' });
  t.deepEqual(through([forged], '::ffff:198.51.100.9'), { ip: '198.51.100.9', helo: 'relay.firma.test' });
});

test('a machine of the own network that is not named as trusted is not believed', (t) => {
  const forged = 'from mail.wp.test (mail.wp.test [192.0.2.7]) by mx.firma.test (Postfix) with ESMTP id 1; now';
  for (const gateway of ['172.17.0.1', '10.0.2.2', '192.168.1.5', 'fd00::1']) t.is(through([forged], gateway), null, gateway);
  const envelope = { remoteIp: '10.0.2.2', helo: 'x', trustedHops: '10.0.2.0/24 192.0.2.99' };
  t.like(outsideSender(envelope, received(forged)), { ip: '192.0.2.7' });
});

test('of several machines of ours each is believed about the one before it, no further', (t) => {
  const inner = 'from localhost (localhost [127.0.0.1]) by mx.firma.test (Postfix) with ESMTP id 2; now';
  const outer = 'from mail.wp.test (mx3.wp.test [192.0.2.7]) by mx.firma.test (Postfix) with ESMTP id 1; now';
  const forged = 'from bank.test (bank.test [203.0.113.1]) by mail.wp.test with ESMTP id 0; now';
  t.deepEqual(through([inner, outer, forged]), { ip: '192.0.2.7', helo: 'mail.wp.test' });
});

test('mail written inside comes from nobody outside', (t) => {
  t.is(through([]), null);
  t.is(through(['by mx.firma.test (Postfix, from userid 0) id 1; now']), null);
  t.is(through(['from pc (pc.lan [192.168.1.20]) by mx.firma.test (Postfix) with ESMTP id 1; now']), null);
  for (const kind of ['ESMTPSA', 'ESMTPA', 'UTF8SMTPSA'])
    t.is(
      through([`from laptop (host.isp.test [192.0.2.7]) (Authenticated sender: anna) by mx.firma.test (Postfix) with ${kind} id 1; now`]),
      null,
    );
  t.is(through(Array.from({ length: 50 }, () => 'from localhost (localhost [127.0.0.1]) by localhost with SMTP id 1; now')), null);
  t.is(outsideSender({}, []), null);
});
