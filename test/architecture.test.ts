import { resolve } from 'node:path';
import test from 'ava';
import { brokenImports, wrongDirections, wrongPackages } from './support/architecture.ts';
import { forbiddenSyntax, notRouteTables, strayEnvironment, tooLong, wrongTests } from './support/house-rules.ts';
import { sourceFiles } from './support/source-tree.ts';
import { inlineCode, outsideAddresses, unsafePrints } from './support/template-rules.ts';

const ROOT = resolve(import.meta.dirname, '..');
const everything = sourceFiles(ROOT, ['core', 'plugins', 'config', 'migrations', 'test'], /\.ts$/);
const product = new Map([...everything].filter(([path]) => !/(^|\/)test\//.test(path)));
const tests = new Map([...everything].filter(([path]) => path.endsWith('.test.ts')));
const templates = sourceFiles(ROOT, ['views', 'plugins'], /\.njk$/);
const behaviours = new Map([...sourceFiles(ROOT, ['views', 'plugins'], /\.js$/)].filter(([path]) => !path.includes('/vendor/')));

/** Expressions that hold SafeHtml, by the file that prints them. */
const APPROVED: Readonly<Record<string, readonly string[]>> = {
  'views/messages/_message.njk': ['message.rich', 'message.footer.html'],
  'views/canned-responses/_filled.njk': ['filled.html'],
};

test('imports follow the direction of the house', (t) => {
  t.deepEqual(wrongDirections(product), []);
});

test('every relative import names a file that exists', (t) => {
  t.deepEqual(brokenImports(everything), []);
});

test('packages are imported only by the folders that own them', (t) => {
  t.deepEqual(wrongPackages(product), []);
});

test('a source, template or style sheet of more than 300 lines says why in its first line', (t) => {
  const styles = new Map([...sourceFiles(ROOT, ['views', 'plugins'], /\.css$/)].filter(([path]) => !path.includes('/vendor/')));
  t.deepEqual(tooLong(new Map([...everything, ...templates, ...behaviours, ...styles])), []);
});

test('the sources do without the forbidden syntax', (t) => {
  t.deepEqual(forbiddenSyntax(new Map([...everything, ...behaviours])), []);
});

test('the environment is read in one place', (t) => {
  t.deepEqual(strayEnvironment(product), []);
});

test('every route file exports a route table', (t) => {
  t.deepEqual(notRouteTables(product), []);
});

test('a test has a title of its own and runs', (t) => {
  t.deepEqual(wrongTests(tests), []);
});

test('templates print as safe only what the sanitiser or the renderer made', (t) => {
  t.deepEqual(unsafePrints(templates, APPROVED), []);
});

test('templates hold no inline script, handler or style', (t) => {
  t.deepEqual(inlineCode(templates), []);
});

test('templates load nothing from other machines', (t) => {
  t.deepEqual(outsideAddresses(templates), []);
});
