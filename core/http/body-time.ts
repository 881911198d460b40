import type { IncomingMessage } from 'node:http';
import { BadRequestError } from './params.ts';

export interface BodyTimes {
  /** Without a byte for so long its sender is gone. */
  readonly silentMs: number;
  /** In which a stranger's has to be whole: it is small, and thousands may come. */
  readonly strangerMs: number;
}

const TIMES: BodyTimes = { silentMs: 120_000, strangerMs: 300_000 };

/**
 * Cuts off a body whose sender is gone, or a stranger's that takes too long; whoever is known may send for hours, as a large file over a slow line
 * does. The watch ends with the body, or by what is answered: what is done with it has a time of its own.
 */
export function watchBody(req: IncomingMessage, isStranger: boolean, { silentMs, strangerMs } = TIMES): () => void {
  const cut = (): void => void req.destroy(new BadRequestError('The request was cut off'));
  const whole = isStranger ? setTimeout(cut, strangerMs) : undefined;
  req.setTimeout(silentMs).on('timeout', cut);
  const end = (): void => {
    clearTimeout(whole);
    req.setTimeout(0).off('timeout', cut).off('end', end);
  };
  req.once('end', end);
  return end;
}
