import test, { type ExecutionContext } from 'ava';
import { addRule, removeRule } from '../../core/admissions/change.ts';
import { createDoorkeeper } from '../../core/admissions/doorkeeper.ts';
import { indexRules } from '../../core/admissions/match.ts';
import type { AdmissionRule, Subject, Verdict } from '../../core/admissions/types.ts';
import { normalValue } from '../../core/admissions/value.ts';
import { silentLog } from '../../core/lib/log.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { scopeFor } from '../support/db.ts';

const CALLER = { ip: '192.0.2.7', helo: 'mx1.mail.evil.test', sender: 'news@shop.evil.test' };

function verdictOf(rules: readonly (readonly [Verdict, Subject, string])[], caller = CALLER): string {
  const all = rules.map(([verdict, subject, value], id) => ({ id, verdict, subject, value }) as unknown as AdmissionRule);
  const found = indexRules(all)(caller);
  return found ? `${found.verdict} ${found.value}` : 'unlisted';
}

test('a rule is about a network, the name a server gives or a sender, and a domain includes its subdomains', (t) => {
  for (const [subject, value] of [
    ['network', '192.0.2.7'],
    ['network', '192.0.2.0/24'],
    ['helo', 'mx1.mail.evil.test'],
    ['helo', 'evil.test'],
    ['sender', 'news@shop.evil.test'],
    ['sender', 'shop.evil.test'],
    ['sender', 'evil.test'],
  ] as const)
    t.is(verdictOf([['deny', subject, value]]), `deny ${value}`);
  for (const [subject, value] of [
    ['network', '192.0.2.8'],
    ['network', '192.0.3.0/24'],
    ['helo', 'mail.evil'],
    ['helo', 'l.evil.test'],
    ['sender', 'other@shop.evil.test'],
    ['sender', 'vil.test'],
    ['sender', 'mx1.mail.evil.test'],
  ] as const)
    t.is(verdictOf([['deny', subject, value]]), 'unlisted', value);
});

test('whoever is always taken is taken whatever else refuses him, and a bounce has no sender to refuse', (t) => {
  const deny: readonly (readonly [Verdict, Subject, string])[] = [
    ['deny', 'network', '192.0.2.0/24'],
    ['deny', 'sender', 'evil.test'],
    ['deny', 'helo', 'evil.test'],
  ];
  for (const [subject, value] of [
    ['sender', 'news@shop.evil.test'],
    ['network', '192.0.2.7'],
    ['helo', 'mx1.mail.evil.test'],
  ] as const)
    t.is(verdictOf([...deny, ['allow', subject, value]]), `allow ${value}`);
  t.is(verdictOf([['deny', 'sender', 'evil.test']], { ...CALLER, sender: '' }), 'unlisted');
  t.is(verdictOf(deny, { ip: 'rubbish', helo: '\u0000', sender: '@@' }), 'unlisted');
});

test('a rule’s value has one form however it was typed', (t) => {
  t.is(normalValue('network', ' 192.0.2.7/32 '), '192.0.2.7');
  t.is(normalValue('network', '2001:DB8::/32'), '2001:db8::/32');
  t.is(normalValue('helo', '*.Evil.Test'), 'evil.test');
  t.is(normalValue('sender', '@evil.test'), 'evil.test');
  t.is(normalValue('sender', 'Jan@Żółw.Test'), 'jan@xn--w-uga1v8h.test');
  for (const [subject, value] of [
    ['network', 'evil.test'],
    ['network', '1.2.3.4/40'],
    ['helo', ''],
    ['helo', 'a b'],
    ['sender', 'a b@evil.test'],
    ['sender', '@'],
  ] as const)
    t.is(normalValue(subject, value), null, value);
});

async function door(t: ExecutionContext) {
  const scope = await scopeFor(t);
  const doorkeeper = createDoorkeeper(scope, silentLog);
  return { scope, doorkeeper };
}

test('a wildcard in a rule about senders means the domain behind it, and is refused where no mail could have it', (t) => {
  for (const typed of ['*@evil.test', '*.evil.test', 'evil.test.']) t.is(normalValue('sender', typed), 'evil.test', typed);
  for (const wrong of ['jan*@evil.test', 'jan@*.test', '*@*', 'evil.*']) t.is(normalValue('sender', wrong), null, wrong);
});

test('a rule works once it is loaded, counts how often it decided, and stops working when it is removed', async (t) => {
  const { scope, doorkeeper } = await door(t);
  t.deepEqual(await doorkeeper.admit(CALLER), { verdict: 'unlisted' });
  const id = await addRule(scope, { verdict: 'deny', subject: 'sender', value: 'Evil.test', reason: 'spam' });
  await doorkeeper.reload();
  t.deepEqual(await doorkeeper.admit(CALLER), { verdict: 'denied', rule: 'sender evil.test' });
  await doorkeeper.admit(CALLER);
  await doorkeeper.flush();
  await doorkeeper.admit(CALLER);
  await doorkeeper.flush();
  await doorkeeper.flush();
  const [row] = await scope.db('admissions').select('hits', 'last_hit_at');
  t.is(row.hits, 3);
  t.truthy(row.last_hit_at);
  await removeRule(scope, id);
  await doorkeeper.reload();
  t.deepEqual(await doorkeeper.admit(CALLER), { verdict: 'unlisted' });
  await t.throwsAsync(removeRule(scope, id), { code: 'not_found' });
});

test('5000 rules are asked in well under a millisecond', (t) => {
  const many = Array.from(
    { length: 5000 },
    (_, n) => ['deny', n % 2 ? 'network' : 'sender', n % 2 ? `10.${n >> 8}.${n & 255}.0/24` : `d${n}.test`] as const,
  );
  const rules = many.map(([verdict, subject, value], id) => ({ id, verdict, subject, value }) as unknown as AdmissionRule);
  const match = indexRules(rules);
  const started = cpuMs();
  for (let n = 0; n < 1000; n += 1) match(CALLER);
  t.true(cpuMs() - started < 500);
});
