/** The form of Settings → General; `isPlain` warns that people reach the product without TLS. */
export function generalView(values: object, publicUrl: string, errors: Readonly<Record<string, string>>) {
  const { protocol, hostname } = new URL(publicUrl);
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
  return { values, errors, publicUrl, isPlain: protocol === 'http:' && !isLocal, timeZones: Intl.supportedValuesOf('timeZone') };
}
