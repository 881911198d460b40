import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { strictRenderer, VIEWS } from '../support/render.ts';

/** Renders a few lines of template as a screen would. */
function drawn(t: ExecutionContext, source: string, locals: object = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'views-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'probe.njk'), source);
  return strictRenderer([{ dir: VIEWS }, { dir, prefix: 'plugins/demo/' }]).render('plugins/demo/probe', {
    language: 'pl',
    csrfToken: 'token',
    ...locals,
  });
}

test('a field ties its label, help and error to the control', (t) => {
  const html = drawn(
    t,
    `{% from "components/field.njk" import field %}{{ field('name', 'Nazwa', value='<b>"', help='Pomoc', error='Błąd', required=true) }}`,
  );
  t.regex(html, /<label for="f-name">Nazwa<\/label>/);
  t.regex(html, /id="f-name" name="name" type="text" value="&lt;b&gt;&quot;"/);
  t.regex(html, /required aria-describedby="f-name-error f-name-help" aria-invalid="true"/);
  t.regex(html, /id="f-name-help">Pomoc</);
  t.regex(html, /id="f-name-error">.*Błąd</);
});

test('a secret is never sent back, and a stored one may stay empty', (t) => {
  const html = drawn(
    t,
    `{% from "components/field.njk" import field %}{{ field('password', 'Hasło', 'secret', value='tajne', required=true, stored=true) }}`,
  );
  t.false(html.includes('tajne'));
  t.regex(html, /type="password" value=""/);
  t.notRegex(html, / required/);
});

test('each type of setting has its control', (t) => {
  const html = drawn(
    t,
    `{% from "components/field.njk" import field, options %}{% for type in ['text', 'secret', 'host', 'port', 'email', 'phone', 'number', 'textarea', 'switch'] %}{{ field('x' + type, type, type, value=true if type == 'switch' else '') }}{% endfor %}
     {{ field('choice', 'c', 'choice', 'b', choices=[{ value: 'a', text: 'A' }, { value: 'b', label: 'B' }, 'c']) }}{{ options('role', 'Rola', 'x', [{ value: 'x', text: 'X', help: 'h' }]) }}`,
  );
  t.regex(html, /name="xport" type="number" value="" min="1" max="65535"/);
  t.regex(html, /name="xphone" type="tel"/);
  t.regex(html, /name="xhost" type="text"/);
  t.regex(
    html,
    /<input type="hidden" name="xswitch" value="off">\s*<label class="switch"><input type="checkbox" role="switch" id="f-xswitch" name="xswitch" value="on" checked>/,
  );
  t.regex(html, /<option value="a">A<\/option><option value="b" selected>B<\/option><option value="c">c<\/option>/);
  t.regex(html, /<input type="radio" name="role" value="x" id="f-role-x" checked>/);
});

test('a button that is a link and a button that posts both work without JavaScript', (t) => {
  const html = drawn(
    t,
    `{% from "components/button.njk" import button, actionForm %}{{ button('Dodaj', 'primary', 'plus', '/x') }}{{ button('Usuń', 'danger', 'trash', iconOnly=true) }}{{ actionForm('/x/1/closure', 'Zamknij', target='#row', fields={ status: 'closed' }) }}`,
  );
  t.regex(html, /<a class="btn btn-primary" href="\/x">.*<span>Dodaj<\/span><\/a>/);
  t.regex(html, /<button class="btn btn-danger btn-icon" type="submit" aria-label="Usuń" title="Usuń">/);
  t.regex(html, /method="post" action="\/x\/1\/closure" hx-post="\/x\/1\/closure" hx-target="#row"/);
  t.regex(html, /name="_csrf" value="token"><input type="hidden" name="status" value="closed">/);
});

test('messages, empty screens, tables, tabs, menus and progress can be drawn', (t) => {
  const html = drawn(
    t,
    `{% from "components/alert.njk" import alert %}{% from "components/empty.njk" import empty %}{% from "components/table.njk" import table %}{% from "components/tabs.njk" import tabs %}
     {% from "components/menu.njk" import menu %}{% from "components/progress.njk" import progress, keys %}{% from "components/more.njk" import more %}{% from "components/toast.njk" import toast %}
     {% from "components/card.njk" import card %}{% from "components/badge.njk" import badge, state %}{% from "components/avatar.njk" import avatar %}
     {{ alert('Źle', 'bad', 'Zrób to') }}{% call alert('Tak', 'good') %}<i>więcej</i>{% endcall %}{{ empty('Pusto') }}{% call empty('Pusto', 'Tu będzie') %}krok{% endcall %}
     {% call table(['A', ''], 'Tabela') %}<tr><td>1</td><td>2</td></tr>{% endcall %}{{ tabs([{ href: '/a', text: 'A', count: 12345, active: true }, { href: '/b', text: 'B' }], 'Widok') }}
     {% call menu('dots', 'Więcej') %}<a href="/a">A</a>{% endcall %}{{ progress(1, 2, '1 z 2') }}{{ keys(['Ctrl', 'K']) }}{{ more('/list?cursor=x') }}{{ toast('Zapisano', undo='/undo') }}
     {% call card('Tytuł', 'Opis') %}treść{% endcall %}{{ badge('Nowe', 'info', 'star') }}{{ state('Działa') }}{{ avatar('Jan Nowak', 7) }}`,
  );
  t.regex(html, /class="callout is-bad" role="alert"/);
  t.regex(html, /<i>więcej<\/i>/);
  t.regex(html, /empty-actions">krok/);
  t.regex(html, /<th scope="col"><span class="visually-hidden">Działania<\/span><\/th>/);
  t.regex(html, /class="active" aria-current="page">A <b>12\s345<\/b>/);
  t.regex(html, /<details class="menu {2}menu-end" data-menu>/);
  t.regex(html, /<kbd>Ctrl<\/kbd>\+<kbd>K<\/kbd>/);
  t.regex(html, /<form method="post" action="\/undo"/);
  t.regex(html, /class="avatar avatar-sm tint-\d" aria-hidden="true">JN</);
});

test('an icon that Tabler does not have is a mistake found at once', (t) => {
  t.throws(() => drawn(t, "{{ icon('no-such-icon') }}"), { message: /no icon no-such-icon/ });
  t.regex(drawn(t, "{{ icon('mail') }}"), /<use href="\/assets\/icons\.svg\?v=\w+#mail"\/>/);
});

test('a printed value that is missing is a mistake found at once', (t) => {
  t.throws(() => drawn(t, '{{ nothing }}'), { message: /undefined/ });
});

test('a list of fifty rows is drawn in a few milliseconds', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'views-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  writeFileSync(
    join(dir, 'list.njk'),
    `{% extends "layouts/page.njk" %}{% from "components/avatar.njk" import avatar %}{% block content %}{% for row in rows %}<li><a href="/conversations/{{ row.id }}">{{ avatar(row.name, row.id) }}<b>{{ row.name }}</b>
     <time datetime="{{ row.at }}" title="{{ row.at | date('full') }}">{{ row.at | ago }}</time><span>{{ row.subject }}</span><span>{{ row.snippet }}</span>{{ icon('mail') }}{{ icon('paperclip') }}<i class="tag">{{ t('common.nav.conversations') }}</i></a></li>{% endfor %}{% endblock %}`,
  );
  const renderer = strictRenderer([{ dir: VIEWS }, { dir, prefix: 'plugins/demo/' }]);
  const rows = Array.from({ length: 50 }, (_, id) => ({
    id,
    name: `Jan Nowak ${id}`,
    at: '2026-11-24T10:00:00.000Z',
    subject: 'Pytanie <1>',
    snippet: 'Dzień dobry, '.repeat(10),
  }));
  const times = Array.from({ length: 40 }, () => {
    const start = performance.now();
    renderer.render('plugins/demo/list', { language: 'pl', rows });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const median = times[20] ?? 0;
  t.log(`median ${median.toFixed(2)} ms`);
  t.true(median < 15, `${median} ms`);
});
