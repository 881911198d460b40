import test from 'ava';
import { hostText, parseHosts } from '../../core/lib/service-host.ts';

test('servers are named by address and port, port alone left out, or by the path of a socket', (t) => {
  t.deepEqual(parseHosts(' spam1:11783, [::1]:783 10.0.0.1\n/run/spamd.sock', 783), [
    { host: 'spam1', port: 11_783 },
    { host: '::1', port: 783 },
    { host: '10.0.0.1', port: 783 },
    { path: '/run/spamd.sock' },
  ]);
  t.deepEqual(parseHosts('', 783), []);
  for (const wrong of ['spam1:0', 'spam1:70000', 'a b:c', 'http://spam1', '[::1', 'user@host', `/${'x'.repeat(108)}`, 'x:1,'.repeat(11)])
    t.is(parseHosts(wrong, 783), null, wrong);
  t.deepEqual(parseHosts('spam1, /run/s', 783)?.map(hostText), ['spam1:783', '/run/s']);
});
