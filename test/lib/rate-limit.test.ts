import test from 'ava';
import { createRateLimiter, networkOf } from '../../core/lib/rate-limit.ts';

const RULE = { free: 2, firstWaitMs: 1_000, maxWaitMs: 8_000, forgetMs: 60_000 };
const at = (ms: number): Date => new Date(1_000_000 + ms);

test('after the free attempts the wait doubles up to its maximum', (t) => {
  const limiter = createRateLimiter(RULE);
  t.is(limiter.attempt('a', at(0)), 0);
  t.is(limiter.attempt('a', at(0)), 0);
  let now = 0;
  for (const wait of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    t.is(limiter.attempt('a', at(now)), wait);
    t.is(limiter.attempt('a', at(now + wait - 1)), 1);
    now += wait;
    t.is(limiter.attempt('a', at(now)), 0);
  }
  t.is(limiter.attempt('b', at(now)), 0);
});

test('a refused attempt costs nothing, a forgiven one is taken back, and time forgets', (t) => {
  const limiter = createRateLimiter(RULE);
  for (let i = 0; i < 10; i++) {
    t.is(limiter.attempt('a', at(0)), 0);
    limiter.forgive('a');
  }
  limiter.attempt('a', at(0));
  limiter.attempt('a', at(0));
  for (let i = 0; i < 100; i++) t.is(limiter.attempt('a', at(0)), 1_000);
  t.is(limiter.attempt('a', at(60_001)), 0);
  t.is(limiter.attempt('a', at(60_001)), 0);
  t.is(limiter.attempt('a', at(60_001)), 1_000);
  limiter.clear('a');
  t.is(limiter.attempt('a', at(60_001)), 0);
});

test('a hundred attempts at the same moment get no more than the free ones', (t) => {
  const limiter = createRateLimiter(RULE);
  t.is(Array.from({ length: 100 }, () => limiter.attempt('a', at(0))).filter((wait) => wait === 0).length, 2);
});

test('a flood of keys is forgotten oldest first and does not fill the memory', (t) => {
  const limiter = createRateLimiter(RULE);
  limiter.attempt('first', at(0));
  limiter.attempt('first', at(0));
  for (let i = 0; i < 20_000; i++) limiter.attempt(`key ${i}`, at(0));
  t.is(limiter.attempt('first', at(0)), 0);
});

test('an IPv4 address counts alone and an IPv6 address with its /64', (t) => {
  t.is(networkOf('192.0.2.7'), '192.0.2.7');
  t.is(networkOf('::ffff:192.0.2.7'), '192.0.2.7');
  t.is(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  t.is(networkOf('2001:db8:1:2::6'), '2001:db8:1:2');
  t.is(networkOf('2001:db8::6'), '2001:db8:0:0');
  t.is(networkOf('::1'), '0:0:0:0');
});
