/** `node make-certificate.ts HOSTNAME FROM UNTIL`, the days in ISO 8601: certificate and key, PEM, on the standard output. */
import { generate } from 'selfsigned';
import { z } from 'zod';

const [hostname, from, until] = z.tuple([z.string(), z.coerce.date(), z.coerce.date()]).parse(process.argv.slice(2));

const made = await generate([{ name: 'commonName', value: hostname.slice(0, 64) }], {
  keySize: 2048,
  algorithm: 'sha256',
  notBeforeDate: from,
  notAfterDate: until,
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: hostname }] }],
});
process.stdout.write(`${made.cert.trim()}\n${made.private.trim()}\n`);
