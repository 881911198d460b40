/** The test string of EICAR, which every scanner takes for a virus; in pieces, so that none takes this file for one. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('');

export interface LetterOptions {
  readonly subject?: string;
  readonly from?: string;
  readonly filename?: string;
  readonly content?: string | Buffer;
}

/** A mail with one file attached in base64. */
export function letter({
  subject = 'Faktura',
  from = 'jan@klient.test',
  filename = 'faktura.com',
  content = EICAR,
}: LetterOptions = {}): Buffer {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return Buffer.from(
    [
      `From: Jan <${from}>`,
      'To: biuro@firma.test',
      `Subject: ${subject}`,
      `Message-ID: <${encodeURIComponent(subject)}@klient.test>`,
      'Date: Fri, 27 Nov 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'W załączniku przesyłam fakturę.',
      '--b1',
      `Content-Type: application/octet-stream; name="${filename}"`,
      `Content-Disposition: attachment; filename="${filename}"`,
      'Content-Transfer-Encoding: base64',
      '',
      ...lines,
      '--b1--',
      '',
    ].join('\r\n'),
  );
}
