import test from 'ava';
import type { DomainReport } from '../../../core/plugins/contract.ts';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { filePart, gzipOf, NAME, record, reportMail, reportXml, zipOf } from './domain-reports.ts';
import { interpreted, multipart } from './mails.ts';

const zip = (xml: string, name = `${NAME}.xml`): Buffer => zipOf({ [name]: Buffer.from(xml) });
const plain = 'Content-Type: text/plain\n\nThis is a DMARC aggregate report.';

async function reportIn(mail: string): Promise<DomainReport> {
  const [item, ...more] = await interpreted(mail);
  if (item?.kind !== 'domain-report' || more.length > 0) throw new Error(`not one domain report: ${JSON.stringify(item)}`);
  return item;
}

const kindOf = async (mail: string): Promise<string | undefined> => (await interpreted(mail))[0]?.kind;

test('a DMARC report as Google sends it, a mail that is nothing but a zip, is read with its rows and keeps its message', async (t) => {
  const rows =
    record() +
    record({
      ip: '2001:DB8::25',
      count: 3,
      dkim: 'fail',
      spf: 'fail',
      disposition: 'quarantine',
      auth: '<spf><domain>mcsv.net</domain><result>pass</result></spf>',
    });
  const report = await reportIn(reportMail(filePart('application/zip', `${NAME}.zip`, zip(reportXml(rows)))));
  const { message, ...told } = report;
  t.deepEqual(told, {
    kind: 'domain-report',
    organisation: 'google.com',
    reportId: '4511',
    domain: 'firma.test',
    begin: new Date(1_795_564_800_000),
    end: new Date(1_795_651_199_000),
    policy: 'none',
    rows: [
      { sourceIp: '192.0.2.7', count: 2, disposition: 'none', spf: true, dkim: true, headerFrom: 'firma.test', vouchedBy: ['firma.test'] },
      {
        sourceIp: '2001:db8::25',
        count: 3,
        disposition: 'quarantine',
        spf: false,
        dkim: false,
        headerFrom: 'firma.test',
        vouchedBy: ['mcsv.net'],
      },
    ],
  });
  t.is(message.attachments[0]?.filename, `${NAME}.zip`);
});

const schema = '<feedback xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">';
const forms: Readonly<Record<string, string>> = {
  'Microsoft: gzip beside an HTML text, other namespaces, a subject with a mark': reportMail(
    multipart(
      'mixed',
      'Content-Type: text/html\n\n<p>DMARC</p>',
      filePart(
        'application/gzip',
        `${NAME}.xml.gz`,
        gzipOf(reportXml(undefined, { head: '<?xml version="1.0"?>', open: schema, organisation: 'Outlook.com' })),
      ),
    ),
  ).replace('Subject: Report', 'Subject: [Preview] Report'),
  'Yahoo: gzip with a text': reportMail(
    multipart(
      'mixed',
      plain,
      filePart(
        'application/x-gzip',
        `${NAME}.xml.gz`,
        gzipOf(reportXml(undefined, { head: '<?xml version="1.0"?>\n', organisation: 'Yahoo' })),
      ),
    ),
  ),
  'WP: zip as octets': reportMail(
    multipart('mixed', plain, filePart('application/octet-stream', `${NAME}.zip`, zip(reportXml(undefined, { organisation: 'wp.pl' })))),
  ),
  'Onet: gzip with the wrong type and a picture': reportMail(
    multipart(
      'mixed',
      plain,
      'Content-Type: image/png; name=logo.png\n\npng',
      filePart('application/octet-stream', 'report.gz', gzipOf(reportXml(undefined, { organisation: 'onet.pl' }))),
    ),
  ),
  'RFC 9990: a namespace and a prefix, disposition pass': reportMail(
    multipart(
      'mixed',
      plain,
      filePart(
        'application/gzip',
        `${NAME}.xml.gz`,
        gzipOf(reportXml(record({ disposition: 'pass' }), { open: '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">' })),
      ),
    ),
  ),
  'plain XML with a byte order mark': reportMail(
    multipart('mixed', plain, filePart('text/xml', `${NAME}.xml`, Buffer.from(`\uFEFF${reportXml()}`))),
  ),
};

for (const [name, mail] of Object.entries(forms))
  test(`a DMARC report is read in the form of ${name}`, async (t) => {
    const { domain, rows } = await reportIn(mail);
    t.deepEqual([domain, rows.length, rows[0]?.count, rows[0]?.disposition, rows[0]?.dkim], ['firma.test', 1, 2, 'none', true]);
  });

test('rows of a DMARC report that say the same are one, and a name is read with its entities', async (t) => {
  const report = await reportIn(
    reportMail(filePart('application/gzip', 'a.gz', gzipOf(reportXml(record() + record({ count: 5 }), { organisation: 'Kot &amp; Syn' })))),
  );
  t.deepEqual([report.organisation, report.rows.length, report.rows[0]?.count], ['Kot & Syn', 1, 7]);
});

const inGzip = (xml: string): string => reportMail(filePart('application/gzip', 'a.xml.gz', gzipOf(xml)));
const laughs = `<?xml version="1.0"?><!DOCTYPE feedback [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
const many = (n: number): string =>
  Array.from({ length: n }, (_, i) => record({ ip: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` })).join('');
const broken: Readonly<Record<string, () => string>> = {
  'a gzip bomb': () => inGzip(' '.repeat(50_000_000)),
  'a zip bomb': () => reportMail(filePart('application/zip', 'a.zip', zip(' '.repeat(50_000_000)))),
  'a zip that lies about its size': () =>
    reportMail(filePart('application/zip', 'a.zip', zipOf({ 'a.xml': Buffer.alloc(20_000_000, 'x') }, 100))),
  'a zip with two files': () =>
    reportMail(filePart('application/zip', 'a.zip', zipOf({ 'a.xml': Buffer.from(reportXml()), 'b.xml': Buffer.from(reportXml()) }))),
  'billion laughs': () => inGzip(reportXml(undefined, { head: laughs, organisation: '&b;' })),
  'an entity from a file': () =>
    inGzip(reportXml(undefined, { head: '<!DOCTYPE feedback [<!ENTITY x SYSTEM "file:///etc/hostname">]>', organisation: '&x;' })),
  'depth without end': () => inGzip(reportXml(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`)),
  '100,000 sources': () => inGzip(reportXml(many(100_000))),
  '3,000 sources': () => inGzip(reportXml(many(3000))),
  'XML that is cut off': () => inGzip(reportXml().slice(0, -40)),
  'a gzip that is cut off': () => reportMail(filePart('application/gzip', 'a.gz', gzipOf(reportXml()).subarray(0, 100))),
  'a count below nothing': () => inGzip(reportXml(record({ count: -1 }))),
  'a source that is no address': () => inGzip(reportXml(record({ ip: 'evil' }))),
  'a domain that is none': () => inGzip(reportXml(undefined, { domain: '../x' })),
  'names of the language': () => inGzip(reportXml('<__proto__><x>1</x></__proto__><constructor>1</constructor>')),
  'no rows at all': () => inGzip(reportXml('')),
};

for (const [name, make] of Object.entries(broken))
  test.serial(`a DMARC report with ${name} stays a readable message, in half the time that one may take`, async (t) => {
    const mail = make();
    const from = cpuMs();
    const [item] = await interpreted(mail);
    t.true(cpuMs() - from < 5000, `${Math.round(cpuMs() - from)} ms`);
    t.is(item?.kind, 'message');
    if (item?.kind === 'message') t.is(item.attachments.length, 1);
  });

test('a DMARC report that a person sends on, or with another file, is a message', async (t) => {
  const file = filePart('application/gzip', `${NAME}.xml.gz`, gzipOf(reportXml()));
  const whole = multipart('mixed', plain, file);
  t.is(await kindOf(reportMail(whole)), 'domain-report');
  t.is(await kindOf(reportMail(whole).replace('Subject: ', 'Subject: Fwd: ')), 'message');
  t.is(await kindOf(reportMail(whole, 'In-Reply-To: <a@firma.test>\n')), 'message');
  t.is(
    await kindOf(
      reportMail(whole)
        .replace(/Subject: .*/, 'Subject: co to jest?')
        .replace('noreply-dmarc-support', 'anna'),
    ),
    'message',
  );
  t.is(await kindOf(reportMail(multipart('mixed', plain, file, 'Content-Type: application/pdf; name=a.pdf\n\npdf'))), 'message');
});

test('2,000 sources in one DMARC report are read', async (t) => {
  t.is((await reportIn(inGzip(reportXml(many(2000))))).rows.length, 2000);
});
