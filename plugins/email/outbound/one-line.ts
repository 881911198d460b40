/** Text for one header field: no line ends or other controls, nothing that turns the direction of what follows. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]+/g, '')
    .toWellFormed()
    .trim();

/** Text of a body: line ends of one kind, no other controls than the tabulator, no halves of characters. */
export const plainText = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .toWellFormed();

/** Only such text may stand in an envelope or a header field of a server without SMTPUTF8 (RFC 6531). */
export const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
