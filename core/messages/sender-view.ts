import type { Authentication } from '../lib/authentication.ts';
import type { Message } from './types.ts';

/** Whether somebody else than its visible sender may have written it: what is said of that sender does not hold for it. */
export const isPretended = ({ authentication }: Pick<Message, 'authentication'>): boolean => (authentication?.pretences.length ?? 0) > 0;

/** Who really sent a message, as the conversation shows it: a quiet line, or a warning, and the single checks. Null when nobody checked. */
export function senderView({ direction, authentication, from }: Pick<Message, 'direction' | 'authentication' | 'from'>) {
  if (direction !== 'inbound' || authentication === null) return null;
  const { pretences } = authentication;
  const isByName = pretences.length > 0 && pretences.every((one) => one === 'our_name' || one === 'other_address');
  return {
    line: pretences.length > 0 ? null : lineOf(authentication),
    warning:
      pretences.length === 0
        ? null
        : { who: isByName && from.name ? from.name : from.address, domain: authentication.fromDomain ?? from.address, reasons: pretences },
    isOwn: authentication.origin === 'own',
    isFetched: authentication.origin === 'account',
    checks: checksOf(authentication),
  };
}

/** What confirms the sender's domain; else who signed at all. */
function lineOf({ dkim, spf }: Authentication): { readonly key: 'signed' | 'server'; readonly domain: string } | null {
  const passed = dkim.filter(({ result }) => result === 'pass');
  const signer = (passed.find(({ aligned }) => aligned) ?? passed[0])?.domain;
  if (signer) return { key: 'signed', domain: signer };
  return spf?.result === 'pass' && spf.aligned && spf.domain ? { key: 'server', domain: spf.domain } : null;
}

function checksOf({ ip, spf, dkim, dmarc, arc }: Authentication) {
  return [
    ...(spf ? [check('spf', spf.result, { ip: ip ?? '', domain: spf.domain ?? '' })] : []),
    ...dkim.map(({ result, domain, selector }) => check('dkim', result, { domain: domain ?? '', selector: selector ?? '' })),
    ...(dmarc ? [check(`dmarc_${dmarc.policy ?? 'unknown'}`, dmarc.result, { domain: dmarc.domain ?? '' })] : []),
    ...(arc ? [check('arc', arc.result, { domain: arc.domain ?? '' })] : []),
  ];
}

const TONES: Readonly<Record<string, 'good' | 'bad'>> = { pass: 'good', fail: 'bad', softfail: 'bad', policy: 'bad' };

const check = (name: string, result: Authentication['dkim'][number]['result'], values: Readonly<Record<string, string>>) => ({
  name,
  result,
  values,
  tone: TONES[result] ?? 'quiet',
});
