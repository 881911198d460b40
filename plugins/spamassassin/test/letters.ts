/** A mail as it comes over the wire. */
export const letter = (subject: string, text: string): Buffer =>
  Buffer.from(
    [
      'Received: from mx.klient.test (mx.klient.test [192.0.2.7]) by mx.firma.test; Thu, 26 Nov 2026 10:00:00 +0100',
      'From: Jan Nowak <jan@klient.test>',
      'To: biuro@firma.test',
      `Subject: ${subject}`,
      'Date: Thu, 26 Nov 2026 10:00:00 +0100',
      `Message-ID: <${Buffer.from(subject).toString('hex')}@klient.test>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '',
    ].join('\r\n'),
  );

/** The Generic Test for Unsolicited Bulk Email: every SpamAssassin gives it 1000 points. */
export const GTUBE = letter('Test', 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X');
export const HAM = letter('Pralka', 'Dzien dobry, pralka nie wiruje. Prosze o termin naprawy.');
