import type { SMTPServerError } from 'smtp-server';
import type { Caller, ChannelHost } from '../../../core/plugins/contract.ts';
import { listedAt } from './dns-lists.ts';
import { reply } from './reply.ts';

/** What one client may try: whether a mail of this caller may come to a recipient of ours. */
export interface CallerGate {
  /** Null: it may; else the answer to RCPT TO. Nothing was taken, so nothing can be lost. */
  ask(recipient: string): Promise<SMTPServerError | null>;
}

export interface CallerGateOptions {
  /** One of our own machines: only rules count, neither DNS lists nor greylisting. */
  readonly isOwn: boolean;
  readonly dnsLists: readonly string[];
  readonly greylisting: boolean;
}

/** For one mail of one caller: rules and DNS lists are asked once, greylisting for each recipient. */
export function callerGate(host: ChannelHost, caller: Caller, { isOwn, dnsLists, greylisting }: CallerGateOptions): CallerGate {
  let standing: Promise<Standing> | null = null;
  const refuse = (reason: 'denied' | 'listed', recipient: string, why: string, answer: SMTPServerError): SMTPServerError => {
    host.turnedAway(reason);
    host.log.info('mail_denied', { remoteIp: caller.ip, helo: caller.helo, mailFrom: caller.sender, recipient, why });
    return answer;
  };
  return {
    ask: async (recipient) => {
      standing ??= standingOf(host, caller, isOwn ? [] : dnsLists);
      const { isKnown, denied, list } = await standing;
      if (denied !== null) return refuse('denied', recipient, denied, reply(554, '5.7.1 Mail from you is not taken here'));
      if (list !== null) return refuse('listed', recipient, list, reply(554, `5.7.1 Your address ${caller.ip} is listed at ${list}`));
      if (!greylisting || isOwn || isKnown || (await host.hasWaited(caller, recipient))) return null;
      host.turnedAway('greylisted');
      return reply(450, '4.7.1 Greylisted, please come again in five minutes');
    },
  };
}

interface Standing {
  /** A rule says to always take his mail. */
  readonly isKnown: boolean;
  /** The rule that denies him. */
  readonly denied: string | null;
  /** The DNS list that names him. */
  readonly list: string | null;
}

async function standingOf(host: ChannelHost, caller: Caller, dnsLists: readonly string[]): Promise<Standing> {
  const admission = await host.admit(caller);
  if (admission.verdict === 'allowed') return { isKnown: true, denied: null, list: null };
  if (admission.verdict === 'denied') return { isKnown: false, denied: admission.rule, list: null };
  return { isKnown: false, denied: null, list: dnsLists.length === 0 ? null : await listedAt(host.dns, dnsLists, caller.ip) };
}
