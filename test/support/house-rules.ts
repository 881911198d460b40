import { layerOf } from './architecture.ts';
import { blanked, piecesOf } from './source-text.ts';
import type { SourceTree } from './source-tree.ts';

const MAX_LINES = 300;

/** Files over 300 lines whose first line does not say why: `// Long because: …`. */
export function tooLong(tree: SourceTree): readonly string[] {
  return [...tree]
    .map(([path, source]) => ({ path, source, lines: source.trimEnd().split('\n').length }))
    .filter(({ source, lines }) => lines > MAX_LINES && !/^(\/\/|\/\*|<!--|\{#)\s*Long because: \S/.test(source))
    .map(({ path, lines }) => `${path} has ${lines} lines`);
}

const FORBIDDEN_CODE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:const\s+)?enum\s+[A-Z]\w*\s*\{/, 'enum'],
  [/^\s*(?:export\s+)?(?:declare\s+)?namespace\s+\w/, 'namespace'],
  [/[:<,|&(]\s*any\b(?!\s*[:(=])/, 'any'],
  [/\bas\s+any\b/, 'any'],
  [/\bvar\s+\w+\s*[=;]/, 'var'],
  [/\beval\s*\(|\bnew\s+Function\s*\(/, 'code made from text'],
];
const FORBIDDEN_COMMENTS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:TODO|FIXME|XXX|HACK)\b/, 'TODO'],
  [/@ts-(?:ignore|nocheck)/, '@ts-ignore'],
  [/^\/[/*]\s*[-=*#~]{5,}/, 'banner'],
];

/** Words and constructs that the house does without, as `path:line: what`. */
export function forbiddenSyntax(tree: SourceTree): readonly string[] {
  return [...tree].flatMap(([path, source]) => {
    const code = blanked(source, ['comment', 'string', 'template', 'regex']);
    const comments = blanked(source, ['code', 'string', 'template', 'regex']);
    return [...linesThat(path, code, FORBIDDEN_CODE), ...linesThat(path, comments, FORBIDDEN_COMMENTS, true)];
  });
}

function linesThat(path: string, text: string, rules: readonly (readonly [RegExp, string])[], trimmed = false): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const words = trimmed ? line.trim() : line;
    return rules.filter(([pattern]) => pattern.test(words)).map(([, what]) => `${path}:${index + 1}: ${what}`);
  });
}

/** `process.env` outside config/, core/bin and tests: the environment is read once. */
export function strayEnvironment(tree: SourceTree): readonly string[] {
  return [...tree]
    .filter(([path]) => !/^(config|core\/bin|test)\/|^plugins\/[^/]+\/test\//.test(path))
    .flatMap(([path, source]) =>
      linesThat(path, blanked(source, ['comment']), [[/\bprocess\s*\.\s*env\b|['"]env['"].*from 'node:process'/, 'process.env']]),
    );
}

/** Route files that do not export a factory of a route table: `export function xRoutes(…): readonly Route[]`. */
export function notRouteTables(tree: SourceTree): readonly string[] {
  return [...tree]
    .filter(([path]) => layerOf(path) === 'routes')
    .filter(([, source]) => !/export (?:function|const) \w*[rR]outes\b[\s\S]*?:\s*readonly Route\[\]/.test(source))
    .map(([path]) => path);
}

/** Titles in the order of the file; a title made at run time shows its first part. */
export function titlesOf(source: string): readonly string[] {
  const pieces = piecesOf(source).filter(([piece]) => piece !== 'comment');
  return pieces.flatMap(([piece, text], index) => {
    const [before, code] = pieces[index - 1] ?? ['comment', ''];
    const isTitle = (piece === 'string' || piece === 'template') && before === 'code' && /\btest(?:\.\w+)*\(\s*$/.test(code);
    return isTitle ? [text.replace(/\$\{$/, '…"').slice(1, -1).replace(/\\(.)/g, '$1')] : [];
  });
}

/** Titles used twice in the repository, and tests that do not run: skipped, planned, expected to fail, or hiding the others. */
export function wrongTests(tree: SourceTree): readonly string[] {
  const first = new Map<string, string>();
  const wrong: string[] = [];
  for (const [path, source] of tree) {
    for (const title of titlesOf(source)) {
      const before = first.get(title);
      if (before !== undefined) wrong.push(`${path}: "${title}" is also in ${before}`);
      first.set(title, path);
    }
    const hidden = /\btest(?:\.serial)?\.(skip|only|todo|failing)\b/.exec(blanked(source, ['comment', 'string', 'template', 'regex']));
    if (hidden) wrong.push(`${path}: test.${hidden[1]}`);
  }
  return wrong;
}
