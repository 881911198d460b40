import test from 'ava';
import type { CurrentAgent } from '../../core/http/context.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { strictRenderer } from '../support/render.ts';

const anna: CurrentAgent = {
  id: 1 as AgentId,
  sessionId: null,
  email: 'anna@firma.test',
  firstName: 'Anna',
  lastName: 'Żółć',
  role: 'administrator',
  theme: 'dark',
};

test('an error page for an agent keeps the top bar, says what happened in his language and what to do', (t) => {
  const html = strictRenderer().render('errors/problem.njk', {
    language: 'pl',
    agent: anna,
    csrfToken: 'tok"en',
    path: '/conversations?x=1',
    toasts: [{ text: 'Zapisano <b>', kind: 'done' }],
    ...{ status: 404, code: 'not_found', message: 'x', help: null, reference: null },
  });
  t.true(html.includes('Nie ma takiej strony'));
  t.true(html.includes('data-bs-theme="dark"'));
  t.true(html.includes('value="tok&quot;en"'));
  t.true(html.includes('Zapisano &lt;b&gt;'));
  t.regex(html, /class="tab active" aria-current="page" href="\/conversations"/);
});
