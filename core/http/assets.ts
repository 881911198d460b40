import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type Koa from 'koa';
import { modulePath } from './module-path.ts';
import { withoutComments } from './script.ts';
import { stylesheet } from './stylesheet.ts';
import { versionOf } from './version-of.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Files of packages that browsers may fetch: asset name → module path. Nothing else of node_modules is reachable. */
const VENDOR: Readonly<Record<string, string>> = {
  'vendor/htmx.js': 'htmx.org/dist/htmx.min.js',
  'vendor/squire.js': 'squire-rte/dist/squire.mjs',
  'vendor/dompurify.js': 'dompurify/dist/purify.min.js',
};

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly hash: string;
  readonly packed: Map<string, Promise<Buffer>>;
}

/** All files that browsers may fetch, in memory. */
export interface Assets {
  /** "/assets/<name>?v=<hash>"; throws when there is no such asset. */
  url(name: string): string;
  /** Sets a file made at run time (the icon sprite). */
  put(name: string, body: string | Buffer): void;
  /** Answers GET and HEAD below /assets/ and nothing else; to be used before sessions. */
  readonly middleware: Koa.Middleware;
}

/**
 * `dirs`: own files, `prefix` before the names ("plugins/email/"); the templates lie around them. `css/app.css` is what these use of Tabler
 * and every `css/*.css` in one file.
 */
export function loadAssets(dirs: readonly { readonly dir: string; readonly prefix?: string }[], sprite?: () => string): Assets {
  const files = new Map<string, Asset>();
  const put = (name: string, body: string | Buffer): void => {
    const bytes = Buffer.from(body);
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    files.set(name, { type, body: bytes, hash: versionOf(bytes), packed: new Map() });
  };
  for (const { dir, prefix = '' } of dirs)
    for (const [name, body] of filesBelow(dir)) put(prefix + name, name.endsWith('.js') ? withoutComments(body.toString('utf8')) : body);
  for (const [name, path] of Object.entries(VENDOR)) put(name, readFileSync(modulePath(path)));
  const texts = (pattern: RegExp) => [...files].filter(([name]) => pattern.test(name)).map(([, file]) => file.body.toString('utf8'));
  const templates = dirs.flatMap(({ dir }) => [...filesBelow(dirname(dir), ['.njk'])].map(([, body]) => body.toString('utf8')));
  const tabler = readFileSync(modulePath('@tabler/core/dist/css/tabler.min.css'), 'utf8');
  put('css/app.css', stylesheet(tabler, texts(/^css\/[^/]+\.css$/), [...templates, ...texts(/^(?!vendor\/).*\.js$/)]));

  const middleware: Koa.Middleware = async (ctx, next) => {
    if (!ctx.path.startsWith('/assets/') || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    const name = ctx.path.slice('/assets/'.length);
    if (name === 'icons.svg' && sprite !== undefined && files.get(name)?.body.toString() !== sprite()) put(name, sprite());
    const file = files.get(name);
    if (!file) return next();
    const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity') || 'identity';
    ctx.set('Cache-Control', typeof ctx.query['v'] === 'string' ? 'public, max-age=31536000, immutable' : 'no-cache');
    ctx.set('Vary', 'Accept-Encoding');
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.type = file.type;
    ctx.status = 200;
    ctx.etag = `${file.hash}-${encoding}`;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    const isPacked = encoding !== 'identity' && file.body.length > 512 && !file.type.startsWith('image/png');
    if (isPacked) ctx.set('Content-Encoding', encoding);
    ctx.body = isPacked ? await packed(file, encoding) : file.body;
  };
  return {
    put,
    middleware,
    url: (name) => {
      const file = files.get(name);
      if (!file) throw new Error(`no asset ${name}`);
      return `/assets/${name}?v=${file.hash}`;
    },
  };
}

function packed(file: Asset, encoding: string): Promise<Buffer> {
  const known = file.packed.get(encoding);
  if (known) return known;
  const made =
    encoding === 'br'
      ? promisify(brotliCompress)(file.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      : promisify(gzip)(file.body, { level: 9 });
  file.packed.set(encoding, made);
  return made;
}

function* filesBelow(dir: string, types: readonly string[] = Object.keys(TYPES)): Generator<[string, Buffer]> {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && types.includes(extname(entry.name))) yield [relative(dir, file).replaceAll('\\', '/'), readFileSync(file)];
  }
}
