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
  permissions: [],
  theme: 'dark',
  ring: 'short',
  keys: {},
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

test('each error has a page of its own in both languages, for agents and for strangers', (t) => {
  const renderer = strictRenderer();
  for (const language of ['pl', 'en'] as const) {
    for (const [status, code, heading] of [
      [403, 'forbidden', { pl: 'Brak dostępu', en: 'No access' }],
      [404, 'not_found', { pl: 'Nie ma takiej strony', en: 'There is no such page' }],
      [409, 'something_new', { pl: 'Ktoś zmienił to przed chwilą', en: 'Someone changed this a moment ago' }],
      [429, 'too_many', { pl: 'Za dużo prób', en: 'Too many attempts' }],
      [500, 'internal', { pl: 'Coś poszło nie tak', en: 'Something went wrong' }],
    ] as const) {
      for (const agent of [anna, null]) {
        const values = { status, code, message: 'x', help: null, reference: status === 500 ? 'abc123' : null };
        const html = renderer.render('errors/problem', { language, agent, csrfToken: 't', path: '/x', ...values });
        t.true(html.includes(`<h1>${heading[language]}</h1>`), `${status} ${language}`);
        t.is(html.includes('<code>abc123</code>'), status === 500);
        t.is(html.includes('class="topbar"'), agent !== null);
      }
    }
  }
});

test('an administrator sees the way to the settings, and an agent the way to what he is let change there', (t) => {
  const renderer = strictRenderer();
  const values = { status: 404, code: 'not_found', message: 'x', help: null, reference: null };
  const page = (role: CurrentAgent['role'], permissions: CurrentAgent['permissions'] = []): string =>
    renderer.render('errors/problem', { language: 'pl', agent: { ...anna, role, permissions }, csrfToken: 't', path: '/x', ...values });
  t.true(page('administrator').includes('href="/settings"'));
  t.false(page('agent').includes('href="/settings"'));
  t.true(page('agent').includes('href="/profile"'));
  t.true(page('agent', ['audit', 'labels']).includes('href="/labels"'));
});

test('the company name and a theme that follows the system are left to the page before log-in', (t) => {
  const values = { status: 404, code: 'not_found', message: 'x', help: null, reference: null };
  const html = strictRenderer().render('errors/problem', {
    language: 'en',
    agent: null,
    csrfToken: 't',
    site: { companyName: 'A & B' },
    ...values,
  });
  t.true(html.includes('A &amp; B'));
  t.false(html.includes('data-bs-theme'));
  t.true(html.includes('action="/language"'));
});
