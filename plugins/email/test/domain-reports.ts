import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface SampleRow {
  readonly ip?: string;
  readonly count?: number;
  readonly disposition?: string;
  readonly dkim?: string;
  readonly spf?: string;
  readonly from?: string;
  readonly auth?: string;
}

const AUTH =
  '<dkim><domain>firma.test</domain><result>pass</result><selector>c1</selector></dkim><spf><domain>firma.test</domain><result>pass</result></spf>';

export const record = (row: SampleRow = {}): string =>
  `<record><row><source_ip>${row.ip ?? '192.0.2.7'}</source_ip><count>${row.count ?? 2}</count><policy_evaluated><disposition>${row.disposition ?? 'none'}</disposition>` +
  `<dkim>${row.dkim ?? 'pass'}</dkim><spf>${row.spf ?? 'pass'}</spf></policy_evaluated></row><identifiers><header_from>${row.from ?? 'firma.test'}</header_from></identifiers>` +
  `<auth_results>${row.auth ?? AUTH}</auth_results></record>`;

/** A report as RFC 7489 appendix C has it. `head` and `open` are where receivers differ. */
export const reportXml = (
  records: string = record(),
  {
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n',
    open = '<feedback>',
    organisation = 'google.com',
    id = '4511',
    domain = 'firma.test',
    begin = 1_795_564_800,
  } = {},
): string => {
  const close = open.replace(/^<([\w:]+).*$/s, '</$1>');
  return (
    `${head}${open}<report_metadata><org_name>${organisation}</org_name><email>noreply@${organisation}</email><report_id>${id}</report_id>` +
    `<date_range><begin>${begin}</begin><end>${begin + 86_399}</end></date_range></report_metadata><policy_published><domain>${domain}</domain>` +
    `<adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct></policy_published>${records}${close}`
  );
};

/** A zip with these files, made by hand (APPNOTE.TXT 4.3); `claimed` = what it says of their unpacked size. */
export function zipOf(files: Readonly<Record<string, Buffer>>, claimed?: number): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(claimed ?? content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), facts, Buffer.from(name), packed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, place, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

export const gzipOf = (xml: string): Buffer => gzipSync(Buffer.from(xml));

const lines = (content: Buffer): string => content.toString('base64').replace(/.{76}/g, '$&\n');

/** The part of a mail that carries a file. */
export const filePart = (type: string, filename: string, content: Buffer): string =>
  `Content-Type: ${type}; name="${filename}"\nContent-Disposition: attachment; filename="${filename}"\nContent-Transfer-Encoding: base64\n\n${lines(content)}`;

export const NAME = 'google.com!firma.test!1795564800!1795651199';

/** The mail of a reporter, with the body that is given. */
export const reportMail = (body: string, fields = ''): string =>
  `From: noreply-dmarc-support@google.com\nTo: biuro@firma.test\nSubject: Report domain: firma.test Submitter: google.com Report-ID: 4511\nMessage-ID: <4511@google.com>\n${fields}MIME-Version: 1.0\n${body}`;
