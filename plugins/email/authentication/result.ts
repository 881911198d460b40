import type { DMARCResult } from 'mailauth';
import {
  type Authentication,
  CHECK_RESULTS,
  type CheckResultWord,
  DMARC_POLICIES,
  MAX_SIGNATURES,
  type Pretence,
} from '../../../core/lib/authentication.ts';
import { storable } from '../../../core/lib/text.ts';
import type { Authors } from './authors.ts';
import type { Checked } from './check.ts';
import { isTrustedForwarder } from './forwarders.ts';
import type { OutsideSender } from './hops.ts';

type Facts = Omit<Authentication, 'pretences'>;

/** Written inside and unsigned: there is nothing to check. */
export const ownUnsigned = ({ domain, pretences }: Authors): Authentication => ({
  origin: 'own',
  ip: null,
  helo: null,
  fromDomain: domain,
  spf: null,
  dkim: [],
  dmarc: null,
  arc: null,
  pretences: [...pretences],
});

/** What the library found, bounded and in our words. */
export function authenticationOf(checked: Checked, sender: OutsideSender | null, authors: Authors): Authentication {
  const facts: Facts = {
    origin: sender === null ? 'own' : 'outside',
    ip: sender?.ip ?? null,
    helo: sender === null ? null : name(sender.helo),
    fromDomain: authors.domain,
    spf: sender === null ? null : spfOf(checked, authors.domain),
    dkim: dkimOf(checked),
    dmarc: dmarcOf(checked, sender === null),
    arc: arcOf(checked),
  };
  const pretences = new Set<Pretence>([...senderPretences(facts), ...authors.pretences]);
  // What a person sees and what was checked must be the same.
  const judged = checked.dmarc ? name(checked.dmarc.status.header?.from) : authors.domain;
  if (authors.domain !== null && judged !== authors.domain) pretences.add('two_authors');
  return { ...facts, pretences: [...pretences] };
}

function dkimOf({ dkim }: Checked): Authentication['dkim'] {
  return dkim
    .filter(({ signingDomain }) => signingDomain !== undefined)
    .slice(0, MAX_SIGNATURES)
    .map(({ status, signingDomain, selector }) => ({
      result: word(status.result),
      domain: name(signingDomain),
      selector: name(selector),
      aligned: Boolean(status.aligned),
    }));
}

function spfOf({ spf, dmarc }: Checked, fromDomain: string | null): Authentication['spf'] {
  if (!spf) return null;
  const domain = name(spf.domain);
  // Absent when there is no DMARC record, whatever the type says.
  const alignment = dmarc ? dmarc.alignment?.spf : undefined;
  const aligned = alignment ? alignment.result !== undefined : isSameFamily(domain, fromDomain);
  return { result: word(spf.status.result), domain, aligned };
}

/** Without knowing who handed it in, a failure proves nothing: a mail of ours would fail as well. */
function dmarcOf({ dmarc }: Checked, isOwn: boolean): Authentication['dmarc'] {
  if (!dmarc) return null;
  const result = word(dmarc.status.result);
  if (isOwn && result === 'fail') return null;
  const policy = DMARC_POLICIES.find((one) => one === policyOf(dmarc)) ?? null;
  return { result, policy, domain: name(dmarc.policyDomain ?? dmarc.domain) };
}

/** One level below what is published, as for `t=y` (RFC 9989 section 4.7): what `pct=0` says in records from before that, of which RFC 9989 takes no notice. */
const BELOW: Readonly<Record<string, string>> = { reject: 'quarantine', quarantine: 'none' };

function policyOf({ policy, rr, testMode }: DMARCResult): string {
  const isTried = !testMode && /;\s*pct\s*=\s*0+\s*(?:;|$)/i.test(String(rr ?? ''));
  return (isTried ? BELOW[policy ?? ''] : undefined) ?? policy ?? '';
}

/** The word of the last machine in the chain counts when that is a known forwarder and it says that DMARC passed when the mail reached it. */
function arcOf({ arc }: Checked): Authentication['arc'] {
  if (!arc || arc.status.result === 'none') return null;
  const domain = name(arc.signature ? arc.signature.signingDomain : null);
  const seen: unknown = arc.authenticationResults?.['dmarc'];
  const passed = typeof seen === 'object' && seen !== null && 'result' in seen && seen.result === 'pass';
  return { result: word(arc.status.result), domain, trusted: arc.status.result === 'pass' && passed && isTrustedForwarder(domain) };
}

/** `unaligned`: the domain publishes no DMARC, but the mail was sent by machines of others and nobody signed it. */
function senderPretences({ origin, spf, dkim, dmarc, arc }: Facts): readonly Pretence[] {
  if (arc?.trusted) return [];
  if (dmarc?.result === 'fail') return ['dmarc'];
  const isSigned = dkim.some(({ result }) => result === 'pass');
  const isForeign = spf !== null && (spf.result === 'fail' || spf.result === 'softfail' || (spf.result === 'pass' && !spf.aligned));
  return origin === 'outside' && dmarc?.result === 'none' && !isSigned && isForeign ? ['unaligned'] : [];
}

/** Without a DMARC record nothing says how strict to be; one being the other or above it is enough. */
function isSameFamily(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

const word = (text: string): CheckResultWord => CHECK_RESULTS.find((one) => one === text) ?? (text === 'temperr' ? 'temperror' : 'none');

const name = (text: unknown): string | null => {
  const clean =
    typeof text === 'string'
      ? storable(text.replace(/[\p{Cc}\s]+/gu, ''))
          .slice(0, 255)
          .toWellFormed()
      : '';
  return clean === '' ? null : clean.toLowerCase();
};
