import { parseEmailAddress } from '../lib/email-address.ts';
import { type Networks, parseNetworks } from '../lib/networks.ts';
import type { Caller } from '../plugins/contract.ts';
import type { AdmissionRule } from './types.ts';
import { normalDomain } from './value.ts';

/** The rule that decides about a caller, or null; an allowing one wins over every denying one. */
export type Match = (caller: Caller) => AdmissionRule | null;

/** Prepares rules for many questions: names are looked up, only networks are gone through one by one, and only when one of them matches. */
export function indexRules(rules: readonly AdmissionRule[]): Match {
  if (rules.length === 0) return () => null;
  const named = new Map(rules.filter(({ subject }) => subject !== 'network').map((rule) => [`${rule.subject} ${rule.value}`, rule]));
  const ranges = rules.filter(({ subject }) => subject === 'network').map((rule) => ({ rule, range: networksOf(rule.value) }));
  const anyRange = networksOf(ranges.map(({ rule }) => rule.value).join(' '));
  return ({ ip, helo, sender }) => {
    const found = [
      ...(anyRange.has(ip) ? ranges.filter(({ range }) => range.has(ip)).map(({ rule }) => rule) : []),
      ...keysOf(helo, sender).flatMap((key) => named.get(key) ?? []),
    ];
    return found.find(({ verdict }) => verdict === 'allow') ?? found[0] ?? null;
  };
}

const networksOf = (text: string): Networks => parseNetworks(text) ?? { has: () => false };

function keysOf(helo: string, sender: string): readonly string[] {
  const address = sender === '' ? null : parseEmailAddress(sender);
  const domain = address === null ? null : address.slice(address.lastIndexOf('@') + 1);
  return [
    ...(address === null ? [] : [`sender ${address}`]),
    ...withParents(domain).map((name) => `sender ${name}`),
    ...withParents(normalDomain(helo)).map((name) => `helo ${name}`),
  ];
}

/** `a.b.c`, `b.c`, `c`. */
function withParents(name: string | null): readonly string[] {
  if (name === null) return [];
  const labels = name.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}
