/** Mails made to cost more than they should (reliability C15), each as bytes. */
const times = (text: string, count: number): string => text.repeat(count);
const mail = (text: () => string) => (): Buffer => Buffer.from(text(), 'latin1');

function nested(levels: number): string {
  const open = Array.from({ length: levels }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`);
  return `${open.join('')}Content-Type: text/plain\r\n\r\nhi\r\n`;
}

const part = '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n';
const file = '--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="a"\r\n\r\nx\r\n';
const mixed = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
const tnef = 'Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n';
const html = 'Content-Type: text/html\r\n\r\n';

export const cases: Readonly<Record<string, () => Buffer>> = {
  'nested 100': mail(() => nested(100)),
  'nested 1000': mail(() => nested(1000)),
  'nested 10000': mail(() => nested(10_000)),
  'message in message 5000': mail(() => `${times('Content-Type: message/rfc822\r\n\r\n', 5000)}Subject: x\r\n\r\nhi`),
  '100000 parts': mail(() => `${mixed}${times(part, 100_000)}--b--\r\n`),
  '20000 attachments': mail(() => `${mixed}${times(file, 20_000)}--b--\r\n`),
  'header field of 10 MB': mail(() => `X-A: ${times('a', 10_000_000)}\r\nSubject: s\r\n\r\nx`),
  'folded header of 1000000 lines': mail(() => `Subject: a\r\n${times(' b\r\n', 1_000_000)}\r\nx`),
  '200000 header fields': mail(() => `${times('X-A: a\r\n', 200_000)}Subject: s\r\n\r\nx`),
  '200000 lines that are no fields': mail(() => `From: a@b.test\r\n${times('nonsense\r\n', 200_000)}Subject: s\r\n\r\nx`),
  '100000 recipients': mail(() => `To: ${times('a@b.test, ', 100_000)}z@b.test\r\n\r\nx`),
  '50000 To fields': mail(() => `${times('To: a@b.test\r\n', 50_000)}\r\nx`),
  'nested groups': mail(() => `To: ${times('g:', 5000)}a@b;\r\n\r\nx`),
  'open parentheses': mail(() => `To: ${times('(', 100_000)}\r\nContent-Type: ${times('(', 100_000)}\r\n\r\nx`),
  'many fields of open parentheses': mail(() => `${times(`To: ${times('(', 60_000)}\r\nCc: ${times('<"', 30_000)}\r\n`, 100)}\r\nx`),
  'quotes and backslashes': mail(
    () => `From: ${times('"\\', 60_000)}\r\nContent-Disposition: attachment; filename=${times('"\\', 60_000)}\r\n\r\nx`,
  ),
  'references of 1 MB': mail(() => `References: ${times('<a@b> ', 200_000)}\r\n\r\nx`),
  'open angle brackets': mail(() => `References: ${times('<', 500_000)}\r\nIn-Reply-To: ${times('<a', 200_000)}\r\n\r\nx`),
  'rows of spaces': mail(
    () =>
      `From: a${times(' ', 60_000)}b\r\nSubject: a${times('\t', 60_000)}b\r\nDate: ${times('(', 60_000)}\r\n${mixed}${times(`--b\r\nContent-Type: text/plain;${times(' ', 60_000)}x\r\nContent-Description: a${times('" ', 30_000)}b\r\n\r\nx\r\n`, 40)}`,
  ),
  'file names of dots and spaces': mail(
    () => `${mixed}${times(`--b\r\nContent-Disposition: attachment; filename="a${times('. ', 30_000)}b"\r\n\r\nx\r\n`, 40)}`,
  ),
  '50000 encoded words': mail(() => `Subject: ${times('=?utf-8?Q?=41?= ', 50_000)}\r\n\r\nx`),
  'broken encoded words': mail(() => `Subject: ${times('=?utf-8?Q?', 50_000)}\r\n\r\nx`),
  '5000 parameters': mail(
    () => `Content-Type: application/x; ${Array.from({ length: 5000 }, (_, i) => `name*${i}*=%41`).join(';\r\n ')}\r\n\r\nx`,
  ),
  'parameter index 999999999': mail(() => 'Content-Type: application/x; name*999999999*=a; name*0=b\r\n\r\nx'),
  'only semicolons': mail(() => `Content-Type: text/plain${times('; ', 200_000)}\r\n\r\nx`),
  'text of 10 MB': mail(() => `Subject: s\r\n\r\n${times('hello http://a.test/x?y=z www.b.test a@b.test ', 220_000)}`),
  'one line of 5 MB': mail(() => `Subject: s\r\n\r\n${times('http://', 700_000)}`),
  'HTML of 300000 open elements': mail(() => html + times('<div>x', 300_000)),
  'cid 200000 times': mail(() => html + times('<img src="cid:a">', 200_000)),
  'alternatives of styles that never end': mail(
    () => `Content-Type: multipart/alternative; boundary=b\r\n\r\n${times(`--b\r\n${html}${times('<style ', 2800)}\r\n`, 900)}--b--\r\n`,
  ),
  'ids without brackets': mail(() => `References: ${times('a@b,', 200_000)}\r\nIn-Reply-To: ${times('a@', 200_000)}\r\n\r\nx`),
  'soft line breaks': mail(() => `Content-Transfer-Encoding: quoted-printable\r\n\r\n${times('=\r\n', 500_000)}`),
  'equal signs and spaces': mail(() => `Content-Transfer-Encoding: quoted-printable\r\n\r\n=${times(' ', 300_000)}${times('= ', 300_000)}`),
  'base64 padding': mail(() => `Content-Transfer-Encoding: base64\r\n\r\n${times('YQ==', 300_000)}`),
  'uuencoded lines': mail(() => `Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n${times('M\r\n', 300_000)}`),
  'format flowed': mail(() => `Content-Type: text/plain; format=flowed\r\n\r\n${times('> > > > \r\n', 200_000)}${times('a ', 300_000)}`),
  'boundary lines everywhere': mail(
    () => `Content-Type: multipart/mixed; boundary="-"\r\n\r\n${times('-', 1_000_000)}${times('\r\n---', 100_000)}`,
  ),
  'charset that is a path': mail(() => 'Content-Type: text/plain; charset="../../etc/passwd\\0"\r\n\r\n\xff\xfe'),
  'markup in UTF-7': mail(() => 'Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-'),
  'markup in ISO-2022-JP': mail(() => 'Content-Type: text/html; charset=iso-2022-jp\r\n\r\n\x1b$B\x1b(B<img src=x onerror=alert(1)>'),
  'NUL and lone surrogates': mail(
    () =>
      'Subject: a\0b\r\nFrom: "\0" <a\0@b.test>\r\nMessage-ID: <\0@x>\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xfe\xff\xd8\x00\x00\x00\xdc\x00',
  ),
  'empty mail': mail(() => ''),
  'one line end': mail(() => '\r\n'),
  'report without end': mail(
    () =>
      `Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${times('Action: failed\r\n\r\n', 100_000)}`,
  ),
  'bounce of line noise': mail(
    () =>
      `From: MAILER-DAEMON\r\nSubject: failure notice\r\n\r\n${times('<a@b ', 100_000)}${times('-- original ', 50_000)}${times('Message-ID: <', 20_000)}`,
  ),
  'bounce of dashes': mail(() => `From: MAILER-DAEMON\r\nSubject: failure notice\r\n\r\n${times('-', 60_000)}`),
  'bounce of line ends': mail(() => `From: MAILER-DAEMON\r\nSubject: failure notice\r\n\r\n${times('\n', 60_000)}x${times(' >', 30_000)}`),
  'bounce of numbers': mail(() => `From: MAILER-DAEMON\r\nSubject: failure notice\r\n\r\nMessage-ID: <a@b>\r\n${times('550 5.', 10_000)}`),
  'messages in each of 900 parts': mail(
    () =>
      `${mixed}${times(`--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.test\r\nSubject: x\r\n\r\n${times('x', 5000)}\r\n`, 900)}--b--\r\n`,
  ),
  'messages five deep that double': mail(() => doubled(10)),
  'winmail.dat of empty attributes': mail(
    () =>
      `${tnef}${Buffer.from(`\x78\x9f\x3e\x22\x01\x00${times('\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00', 400_000)}`, 'latin1').toString('base64')}`,
  ),
  'winmail.dat that promises 4 GB': mail(
    () => `${tnef}${Buffer.from('\x78\x9f\x3e\x22\x01\x00\x01\x03\x90\x06\x00\xff\xff\xff\xff', 'latin1').toString('base64')}`,
  ),
  'calendar of 9000 time zones': mail(
    () =>
      `Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n${times('BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\n', 3000)}BEGIN:VEVENT\r\nDTSTART;TZID=x:20260101T000000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  ),
};

function doubled(levels: number): string {
  if (levels === 0) return 'Subject: x\r\n\r\nx';
  const inner = doubled(levels - 1);
  const type = `Content-Type: multipart/mixed; boundary=d${levels}\r\n\r\n`;
  return `Subject: x\r\n${type}${times(`--d${levels}\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n`, 2)}--d${levels}--\r\n`;
}
