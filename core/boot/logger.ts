import { pino } from 'pino';
import type { Log } from '../lib/log.ts';
import { workNow } from '../lib/log-context.ts';

/** JSON lines on standard output: `event`, facts, and the request or job that it belongs to. */
export function createLog(level: string): Log {
  const logger = pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'event',
    mixin: () => ({ ...workNow() }),
  });
  return {
    info: (event, facts = {}) => logger.info(facts, event),
    warn: (event, facts = {}) => logger.warn(facts, event),
    error: (event, facts = {}) => logger.error(facts, event),
  };
}
