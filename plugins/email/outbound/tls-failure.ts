/** What a TLS handshake that failed, or came to no end, or a certificate looks like among the codes of Node, OpenSSL and nodemailer. */
export function isTlsFailure(code: string, text: string): boolean {
  if (code === 'ETLS') return true;
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|^ERR_(?:SSL|TLS)|^EPROTO$/.test(code)) return true;
  return /self[- ]signed certificate|certificate has expired|unable to verify the first certificate|does not match certificate|\bssl3?_|\bSSL routines\b|wrong version number|tlsv1 alert|TLS handshake timed out/i.test(
    text,
  );
}
