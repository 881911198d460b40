/**
 * Large mail services that check mail before they pass it on and seal what they found (RFC 8617). The list of the Trusted Domain Project's
 * community sealers and the two largest; a chain sealed by anybody else proves nothing, since anybody can seal.
 */
const FORWARDERS: ReadonlySet<string> = new Set([
  'google.com',
  'microsoft.com',
  'gmail.com',
  'googlegroups.com',
  'messagingengine.com',
  'pobox.com',
  'topicbox.com',
  'umich.edu',
  'fastmail.com',
  'fastmail.fm',
  'one.com',
  'securemx.jp',
  'forwardemail.net',
]);

export const isTrustedForwarder = (domain: string | null): boolean => domain !== null && FORWARDERS.has(domain);
