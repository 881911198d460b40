import { domainOf } from '../lib/email-address.ts';
import type { CheckChange, CheckResult, CheckState, DomainChecks } from './types.ts';

const LOOKS: Readonly<Record<CheckState, string>> = { ok: 'ok', warn: 'wait', bad: 'bad', unknown: 'off', info: 'off' };
const WORST: readonly CheckState[] = ['bad', 'warn', 'ok'];

/** The state of a domain as a whole: its worst check; what cannot be seen does not count. */
export function worstOf(results: readonly CheckResult[]): CheckState {
  return WORST.find((state) => results.some((one) => one.state === state)) ?? 'unknown';
}

/** Key and values of the sentence that says what a check found. */
export const sentenceOf = ({ name, finding, values }: CheckResult): [key: string, values: CheckResult['values']] => [
  `deliverability.${finding === 'no_answer' ? finding : `${name}.${finding}`}`,
  values,
];

/** A domain in the list. */
export function domainRow(domain: string, checks: DomainChecks | null, addresses: readonly string[]) {
  const state = checks ? worstOf(checks.results) : null;
  return {
    domain,
    href: `/deliverability/${domain}`,
    inboxes: addresses.filter((address) => domainOf(address) === domain).length,
    state,
    look: state ? LOOKS[state] : 'off',
    checkedAt: checks?.checkedAt ?? null,
    marks:
      checks?.results.filter((one) => one.state !== 'info').map(({ name, state: mark }) => ({ name, look: LOOKS[mark], state: mark })) ??
      [],
  };
}

/** One check of the page, with ids for its copy buttons. */
export function checkView(one: CheckResult) {
  return {
    ...one,
    sentence: sentenceOf(one)[0],
    look: LOOKS[one.state],
    isOpen: one.record !== null && one.state !== 'ok',
    hostId: `host-${one.name}`,
    valueId: `value-${one.name}`,
  };
}

export const changeView = ({ name, from, to, at }: CheckChange) => ({ name, from, to, look: LOOKS[to], at });
