import { createHmac } from 'node:crypto';

/** `t=SECONDS,v1=HEX`: HMAC-SHA-256 of "SECONDS.BODY", so that neither the body nor its time can be changed or used again later. */
export function signatureOf(key: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
}
