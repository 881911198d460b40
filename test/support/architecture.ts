import { importsOf, type SourceTree } from './source-tree.ts';

/**
 * The parts of the house. `noun` = types, verbs, views of one folder; `store` = its queries; `routes` = its edge to HTTP;
 * `root` = where everything is wired.
 */
export type Layer =
  | 'lib'
  | 'infra'
  | 'contract'
  | 'noun'
  | 'store'
  | 'routes'
  | 'api'
  | 'http'
  | 'plugin'
  | 'root'
  | 'bin'
  | 'config'
  | 'migration';

const INFRA = new Set(['db', 'events', 'jobs', 'blobs', 'spool', 'dns']);

/** Which layer a path of core/, plugins/, config/ or migrations/ belongs to. */
export function layerOf(path: string): Layer {
  const [top = '', folder = '', ...rest] = path.split('/');
  const file = rest.at(-1) ?? folder;
  if (top === 'plugins') return 'plugin';
  if (top === 'config') return 'config';
  if (top === 'migrations') return 'migration';
  if (rest.length === 0) return 'root';
  if (folder === 'cli' || folder === 'boot') return 'root';
  if (folder === 'lib' || folder === 'http' || folder === 'api' || folder === 'bin') return folder;
  if (folder === 'plugins' && /^contract(-\w+)?\.ts$/.test(file)) return 'contract';
  if (INFRA.has(folder) || (folder === 'plugins' && /^(loader|host)(-[a-z-]+)?\.ts$/.test(file))) return 'infra';
  if (/^(.*-)?routes\.ts$/.test(file) || rest[0] === 'routes') return 'routes';
  return /^(.*-)?store\.ts$/.test(file) ? 'store' : 'noun';
}

/** Who may import whom (design: house.md §2). What a layer needs from above is handed in by core/main.ts. */
const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  lib: ['lib'],
  infra: ['lib', 'infra', 'contract', 'store'],
  contract: ['lib', 'contract'],
  noun: ['lib', 'infra', 'contract', 'noun', 'store'],
  store: ['lib', 'infra', 'contract', 'noun', 'store'],
  http: ['lib', 'infra', 'http'],
  routes: ['lib', 'infra', 'contract', 'noun', 'http', 'routes'],
  api: ['lib', 'infra', 'contract', 'noun', 'http', 'api'],
  plugin: ['lib', 'contract', 'plugin'],
  root: ['lib', 'infra', 'contract', 'noun', 'store', 'routes', 'api', 'http', 'root', 'config', 'plugin', 'migration'],
  bin: ['bin', 'lib'],
  config: ['config', 'lib'],
  migration: [],
};

const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const isOf = (path: string, top: string): boolean => path.startsWith(`${top}/`);
const isTest = (path: string): boolean => /(^|\/)test\//.test(path);

/** Imports against the table above, `from -> to` with the reason. */
export function wrongDirections(tree: SourceTree): readonly string[] {
  return relativeImports(tree).flatMap(({ from, to, typeOnly }) => {
    if (isOf(from, 'core/bin')) return [];
    if (isOf(to, 'test') || isOf(to, 'views')) return [`${from} -> ${to}: the product never imports ${to.split('/')[0]}/`];
    const [a, b] = [layerOf(from), layerOf(to)];
    // What a page is asked with (Translate, Route) is a type of core/http that a noun's view may name.
    if (typeOnly && to === 'core/http/context.ts' && (a === 'noun' || a === 'plugin')) return [];
    if (!MAY_IMPORT[a].includes(b)) return [`${from} -> ${to}: ${a} may not import ${b}`];
    const foreign = folderOf(from) !== folderOf(to);
    if (foreign && (b === 'store' || b === 'routes') && a !== 'root') return [`${from} -> ${to}: another noun's ${b}`];
    if (foreign && a === 'plugin' && b === 'plugin') return [`${from} -> ${to}: another plugin`];
    return [];
  });
}

interface PackageRule {
  readonly packages: RegExp;
  readonly may: (path: string) => boolean;
  readonly because: string;
}

const SHELL_OF_HTTP: readonly Layer[] = ['routes', 'http', 'api', 'plugin', 'root'];

const PACKAGE_RULES: readonly PackageRule[] = [
  {
    packages: /^knex(\/|$)/,
    may: (path) => ['store', 'migration'].includes(layerOf(path)) || isOf(path, 'core/db'),
    because: 'only stores, core/db and migrations import knex',
  },
  {
    packages: /^(better-sqlite3|pg)(\/|$)/,
    may: (path) => isOf(path, 'core/db') || isOf(path, 'core/spool'),
    because: 'only core/db and core/spool open databases',
  },
  {
    packages: /^(koa|@koa\/.*)$/,
    may: (path) => SHELL_OF_HTTP.includes(layerOf(path)),
    because: 'only routes, core/http, core/api and plugins import Koa',
  },
  {
    packages: /^(mailparser|nodemailer|smtp-server|imapflow|mailauth)(\/|$)/,
    may: (path) => layerOf(path) === 'plugin',
    because: 'mail is a channel: only plugins speak it',
  },
];

/** npm packages imported outside the folders that own them. */
export function wrongPackages(tree: SourceTree): readonly string[] {
  return [...tree].flatMap(([from, source]) =>
    importsOf(from, source).flatMap(({ specifier, path }) => {
      if (path !== null || isTest(from) || isOf(from, 'core/bin')) return [];
      const broken = PACKAGE_RULES.filter((rule) => rule.packages.test(specifier) && !rule.may(from));
      return broken.map((rule) => `${from} imports ${specifier}: ${rule.because}`);
    }),
  );
}

/** Relative imports of TypeScript, among `tree`, whose file does not exist. */
export function brokenImports(tree: SourceTree): readonly string[] {
  return relativeImports(tree)
    .filter(({ to }) => to.endsWith('.ts') && !tree.has(to))
    .map(({ from, to }) => `${from} -> ${to}: no such file`);
}

function relativeImports(tree: SourceTree): readonly { from: string; to: string; typeOnly: boolean }[] {
  return [...tree].flatMap(([from, source]) =>
    isTest(from) ? [] : importsOf(from, source).flatMap(({ path, typeOnly }) => (path === null ? [] : [{ from, to: path, typeOnly }])),
  );
}
