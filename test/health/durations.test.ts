import test from 'ava';
import { Histogram, Registry } from 'prom-client';
import { countDurations } from '../../core/health/durations.ts';

test('durations of requests are told as the library for Prometheus would tell them', async (t) => {
  const registry = new Registry();
  const theirs = new Histogram({
    name: 'centrala_http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const ours = countDurations();
  const routes = ['/things/:id', '/a "quoted\\route"\n'];
  for (const seconds of [0.001, 0.005, 0.0051, 0.25, 3, 10, 11])
    for (const route of routes) {
      ours.add({ method: 'GET', route, status: 200, seconds });
      theirs.observe({ method: 'GET', route, status: 200 }, seconds);
    }
  ours.add({ method: 'POST', route: '/things', status: 404, seconds: 1 });
  theirs.observe({ method: 'POST', route: '/things', status: 404 }, 1);
  t.is(ours.text(), await registry.metrics());
});

test('without a request there is no line of one', (t) => {
  t.false(countDurations().text().includes('_count'));
});
