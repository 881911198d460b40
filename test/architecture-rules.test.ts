import test from 'ava';
import { brokenImports, layerOf, wrongDirections, wrongPackages } from './support/architecture.ts';
import { forbiddenSyntax, notRouteTables, strayEnvironment, titlesOf, tooLong, wrongTests } from './support/house-rules.ts';
import { blanked } from './support/source-text.ts';
import { importsOf, reaches } from './support/source-tree.ts';
import { inlineCode, outsideAddresses, unsafePrints } from './support/template-rules.ts';

const tree = (files: Record<string, string>): Map<string, string> => new Map(Object.entries(files));

test('the architecture test sees every way to import', (t) => {
  const source = `
    import a from './a.ts';
    import type { B } from './b.ts';
    import './c.ts';
    export { d } from './d.ts';
    import {
      e,
      f,
    } from './e.ts';
    const g = await import('./g.ts');
    type H = import('./h.ts').H;
    new Worker(new URL('./worker.ts', import.meta.url));
    const j = createRequire(import.meta.url).resolve; require('./j.ts');
    // import k from './k.ts';
    const text = "import l from './l.ts'";
    const m = /['"]/.test(text); import('./m.ts'); /* import('./n.ts') */`;
  const paths = importsOf('core/x/y.ts', source).map(({ path }) => path);
  t.deepEqual(
    paths.toSorted(),
    ['a', 'b', 'c', 'd', 'e', 'g', 'h', 'j', 'm', 'worker'].map((name) => `core/x/${name}.ts`),
  );
  t.deepEqual(
    importsOf('core/x/y.ts', source)
      .filter((i) => i.typeOnly)
      .map(({ specifier }) => specifier),
    ['./b.ts'],
  );
});

test('comments, strings, templates and regular expressions are told from code', (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal is what this source shows
  const source = 'a = `x ${ f({ b: "TODO" }) } y`; // TODO\nr = /[/"]\\/\'/g; c = d / e / g; s = "it\'s // no comment";';
  t.is(
    blanked(source, ['comment', 'string', 'template', 'regex']).replace(/\s+/g, ' '),
    'a = ` { f({ b: " " }) } `; r = / g; c = d / e / g; s = " ";',
  );
  t.true(blanked(source, ['comment']).includes("it's // no comment"));
});

const WRONG_IMPORTS: readonly (readonly [from: string, to: string])[] = [
  ['core/lib/a.ts', 'core/db/b.ts'],
  ['core/db/a.ts', 'core/contacts/b.ts'],
  ['core/plugins/host.ts', 'core/contacts/find.ts'],
  ['core/plugins/host.ts', 'core/contacts/store.ts'],
  ['core/http/app.ts', 'core/agents/log-in.ts'],
  ['core/contacts/merge.ts', 'core/conversations/store.ts'],
  ['core/contacts/merge.ts', 'core/http/app.ts'],
  ['core/contacts/merge.ts', 'core/contacts/routes.ts'],
  ['core/contacts/routes.ts', 'core/contacts/store.ts'],
  ['core/contacts/routes.ts', 'core/conversations/routes.ts'],
  ['core/contacts/merge.ts', 'plugins/email/plugin.ts'],
  ['core/contacts/merge.ts', 'config/config.ts'],
  ['core/contacts/merge.ts', 'test/support/db.ts'],
  ['core/contacts/merge.ts', 'core/main.ts'],
  ['plugins/email/plugin.ts', 'plugins/sms/plugin.ts'],
  ['plugins/email/plugin.ts', 'core/contacts/merge.ts'],
  ['plugins/email/plugin.ts', 'core/db/connect.ts'],
  ['core/plugins/contract.ts', 'core/db/scope.ts'],
  ['migrations/1.ts', 'core/lib/ids.ts'],
];

const up = (from: string, to: string): string => '../'.repeat(from.split('/').length - 1) + to;

test('an import against the direction of the house is found, however it is written', (t) => {
  for (const [from, to] of WRONG_IMPORTS) {
    t.is(wrongDirections(tree({ [from]: `import { x } from '${up(from, to)}';` })).length, 1, `${from} -> ${to}`);
    t.is(wrongDirections(tree({ [from]: `const x = await import('${up(from, to)}');` })).length, 1, `${from} -> import(${to})`);
    t.is(
      wrongDirections(tree({ [from]: `new Worker(new URL('${up(from, to)}', import.meta.url));` })).length,
      1,
      `${from} -> worker ${to}`,
    );
  }
});

test('an import along the direction of the house passes', (t) => {
  const allowed: [string, string][] = [
    ['core/contacts/merge.ts', 'core/contacts/store.ts'],
    ['core/contacts/merge.ts', 'core/conversations/types.ts'],
    ['core/contacts/store.ts', 'core/db/dialect.ts'],
    ['core/contacts/routes.ts', 'core/contacts/merge.ts'],
    ['core/api/contacts.ts', 'core/contacts/merge.ts'],
    ['core/main.ts', 'config/config.ts'],
    ['plugins/email/plugin.ts', 'core/plugins/contract.ts'],
    ['plugins/email/inbound/listener.ts', 'plugins/email/outbound/send.ts'],
  ];
  for (const [from, to] of allowed) t.deepEqual(wrongDirections(tree({ [from]: `import { x } from '${up(from, to)}';` })), []);
  t.is(layerOf('core/plugins/list.ts'), 'noun');
  t.is(layerOf('core/plugins/host-router.ts'), 'infra');
});

test('a package in a folder that does not own it is found', (t) => {
  const wrong: [string, string][] = [
    ['core/contacts/merge.ts', 'knex'],
    ['core/contacts/store.ts', 'better-sqlite3'],
    ['core/contacts/view.ts', 'koa'],
    ['core/contacts/view.ts', '@koa/router'],
    ['core/ingest/receive.ts', 'mailparser'],
    ['plugins/email/plugin.ts', 'pg'],
  ];
  for (const [from, name] of wrong) t.is(wrongPackages(tree({ [from]: `import type { X } from '${name}';` })).length, 1, `${from} ${name}`);
  t.deepEqual(wrongPackages(tree({ 'core/contacts/store.ts': "import type { Knex } from 'knex';" })), []);
});

test('an import of a file that does not exist is found', (t) => {
  t.is(brokenImports(tree({ 'core/a/b.ts': "import { x } from './gone.ts';" })).length, 1);
});

test('a file of 301 lines without a reason is found, one with a reason passes', (t) => {
  const long = 'x;\n'.repeat(301);
  t.is(tooLong(tree({ 'core/a.ts': long })).length, 1);
  t.deepEqual(tooLong(tree({ 'core/a.ts': `// Long because: one table.\n${long}`, 'core/b.ts': 'x;\n'.repeat(300) })), []);
});

test('forbidden syntax is found in code and comments, not in strings', (t) => {
  const bad = [
    'enum A { B }',
    'export namespace A {}',
    'let a: any;',
    'f<any>()',
    'x as any;',
    '// TODO later',
    '// @ts-ignore',
    '// -----------',
    'eval("1")',
  ];
  for (const line of bad) t.is(forbiddenSyntax(tree({ 'core/a.ts': line })).length, 1, line);
  for (const line of ["say('TODO: any enum A {}')", 'const any = 1;', '/** If any of them fails. */', 'x.any(1)', 'const r = /TODO/;'])
    t.deepEqual(forbiddenSyntax(tree({ 'core/a.ts': line })), [], line);
});

test('the environment read outside config is found', (t) => {
  t.is(strayEnvironment(tree({ 'core/a/b.ts': "const x = process.env['HOME'];" })).length, 1);
  t.deepEqual(
    strayEnvironment(tree({ 'config/config.ts': 'process.env', 'core/bin/x.ts': 'process.env', 'core/a/c.ts': '// process.env' })),
    [],
  );
});

test('a route file without a route table is found', (t) => {
  const good = 'export function contactRoutes(deps: { a: string }): readonly Route[] {}';
  t.deepEqual(notRouteTables(tree({ 'core/contacts/routes.ts': good, 'core/tasks/routes.ts': 'export const router = new Router();' })), [
    'core/tasks/routes.ts',
  ]);
});

test('a title used twice and a test that does not run are found', (t) => {
  const [one, only] = ["test('a', (t) => {});", "test.only('c', (t) => {});"];
  t.is(wrongTests(tree({ 'test/a.test.ts': one, 'test/b.test.ts': one })).length, 1);
  t.is(wrongTests(tree({ 'test/a.test.ts': only })).length, 1);
  t.deepEqual(wrongTests(tree({ 'test/a.test.ts': one, 'test/b.test.ts': "test('b', (t) => {});" })), []);
});

test('titles are read from calls of test, not from text that looks like one', (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal is what this source shows
  const source = "test('one', f); test.serial(\n  `two ${x} three`, f); // test('four', f)\nconst s = \"test('five', f)\"; latest('six');";
  t.deepEqual(titlesOf(source), ['one', 'two …']);
});

test('a template that prints unsafe text, runs inline code or loads from outside is found', (t) => {
  const page = (text: string): Map<string, string> => tree({ 'views/a.njk': text });
  t.is(unsafePrints(page('{{ message.body | safe }}'), {}).length, 1);
  t.deepEqual(unsafePrints(page('{{ message.body | safe }}'), { 'views/a.njk': ['message.body'] }), []);
  const inline = ['<script>x</script>', '<a onclick="x">', '<div class="b" style="x">', '<a href="javascript:x">', '<b hx-on:click="x">'];
  for (const text of inline) t.is(inlineCode(page(text)).length, 1, text);
  t.deepEqual(inlineCode(page('<script src="/assets/js/a.js" defer></script>{# style="" #}<a data-on="x">')), []);
  t.is(outsideAddresses(page('<img src="https://cdn.example/x.png">')).length, 1);
});

test('a test that uses the database through other files is known to use it', (t) => {
  const files = tree({
    'test/a.test.ts': "import './support/app.ts';",
    'test/support/app.ts': "import './db.ts';",
    'test/support/db.ts': '',
  });
  t.true(reaches(files, 'test/a.test.ts', 'test/support/db.ts'));
  t.false(reaches(files, 'test/support/db.ts', 'test/a.test.ts'));
});
