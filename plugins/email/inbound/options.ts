import { z } from 'zod';
import type { ChannelHost } from '../../../core/plugins/contract.ts';
import { PATIENCE, type Patience } from './patience.ts';

const port = z.coerce.number().int().min(0).max(65535);
const limit = z.coerce.number().int().positive();

const SERVER = z
  .object({
    host: z.string().min(1).default('127.0.0.1'),
    port: port.default(2525),
    /** Of the port that speaks TLS from the first byte; null: there is none. */
    securePort: port.nullable().default(null),
    hostname: z.string().min(1).optional(),
    /** Certificate chain and key, both as paths of PEM files. */
    tlsCert: z.string().min(1).optional(),
    tlsKey: z.string().min(1).optional(),
    /** Where a certificate of our own is kept when none is given; without both, TLS is not offered. */
    tlsFolder: z.string().min(1).optional(),
    maxMessageBytes: limit.default(36_700_160),
    maxConnections: limit.default(500),
    maxDataMs: limit.default(PATIENCE.dataMs),
    mistakeDelayMs: limit.default(PATIENCE.mistakeDelayMs),
    commandMs: limit.default(PATIENCE.commandMs),
    slowAfterMs: limit.default(PATIENCE.slowAfterMs),
    maxMessages: limit.default(PATIENCE.maxMessages),
  })
  .readonly();

/** What the process-wide configuration says about the listener. */
export type ListenerOptions = z.infer<typeof SERVER>;

export const listenerOptions = (host: ChannelHost): ListenerOptions => SERVER.parse(host.server);

export const patienceOf = ({ maxDataMs: dataMs, ...rest }: ListenerOptions): Patience => {
  const { mistakeDelayMs, commandMs, slowAfterMs, maxMessages } = rest;
  return { ...PATIENCE, dataMs, mistakeDelayMs, commandMs, slowAfterMs, maxMessages };
};
