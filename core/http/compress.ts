import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Middleware } from 'koa';

const MIN_BYTES = 1_400;
const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Compresses text and pages that are already whole in memory; files and streams (downloads, live frames) pass as they are. */
export const compress: Middleware = async (ctx, next) => {
  await next();
  const { body } = ctx;
  const isText = typeof body === 'string' || (Buffer.isBuffer(body) && ctx.type === 'text/html');
  const isPlain = isText && body.length >= MIN_BYTES && !ctx.response.get('Content-Encoding');
  if (!isPlain || ctx.method === 'HEAD' || !/^(text\/|application\/(json|javascript)|image\/svg)/.test(ctx.type)) return;
  ctx.vary('Accept-Encoding');
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  if (encoding !== 'br' && encoding !== 'gzip') return;
  const type = ctx.response.get('Content-Type');
  ctx.body =
    encoding === 'br'
      ? await toBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } })
      : await toGzip(body, { level: 6 });
  ctx.set({ 'Content-Encoding': encoding, 'Content-Type': type });
};
