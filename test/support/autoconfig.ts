import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDns } from './dns.ts';

const server = (kind: 'incoming' | 'outgoing', type: string, port: number, security: string): string =>
  `<${kind}Server type="${type}"><hostname>${type}.%EMAILDOMAIN%</hostname><port>${port}</port><socketType>${security}</socketType><username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></${kind}Server>`;
const DOCUMENT = `<clientConfig version="1.1"><emailProvider id="x">${server('incoming', 'imap', 993, 'SSL')}${server('outgoing', 'smtp', 587, 'STARTTLS')}</emailProvider></clientConfig>`;

/** A domain that names its servers in the document of autoconfiguration, and what a product has to be told to find it. */
export async function announcingDomain(domain: string) {
  const web = createServer((_request, response) => void response.end(DOCUMENT)).listen(0, '127.0.0.1');
  const dns = await startDns({ [`autoconfig.${domain}`]: { a: ['127.0.0.1'] } });
  return {
    env: { CENTRALA_DNS_SERVERS: dns.server, CENTRALA_AUTOCONFIG_ALLOW: `127.0.0.1:${(web.address() as AddressInfo).port}` },
    stop: async (): Promise<void> => {
      web.close();
      await dns.stop();
    },
  };
}
