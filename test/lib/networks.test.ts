import test from 'ava';
import { parseNetwork, parseNetworks } from '../../core/lib/networks.ts';

test('networks are written with commas, spaces or line ends and hold IPv4 and IPv6', (t) => {
  const networks = parseNetworks('192.0.2.0/24, 198.51.100.7\n2001:db8::/32 ::1');
  for (const ip of ['192.0.2.0', '192.0.2.255', '::ffff:192.0.2.9', '198.51.100.7', '2001:db8:ffff::1', '::1'])
    t.true(networks?.has(ip), ip);
  for (const ip of ['192.0.3.0', '198.51.100.8', '2001:db9::1', '::2', '', 'localhost', '192.0.2']) t.false(networks?.has(ip), ip);
});

test('no network holds nobody, 0.0.0.0/0 every IPv4 address', (t) => {
  t.false(parseNetworks('')?.has('127.0.0.1'));
  t.true(parseNetworks('0.0.0.0/0')?.has('203.0.113.9'));
});

test('what is no network is said, not ignored', (t) => {
  for (const text of ['192.0.2.0/33', '2001:db8::/129', 'localhost', '192.0.2', '192.0.2.0/', '192.0.2.1-9', '1.2.3.4/8/8']) {
    t.is(parseNetwork(text), null, text);
    t.is(parseNetworks(`127.0.0.1, ${text}`), null, text);
  }
});
