import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { UpgradeProgress } from '../db/upgrade.ts';
import { loadTranslations, translator } from '../http/i18n.ts';
import { LANGUAGES } from '../lib/language.ts';

const AGAIN_SECONDS = 3;

/**
 * What stands at both ports while an upgrade runs, as far as they are of this process (CENTRALA_ROLES): a page that says how far it is, in both
 * languages since nobody is known yet, `/ready` with 503, and 421 for mail servers (RFC 5321 §3.8), which come again.
 */
export async function serveProgress(
  { http, smtp, roles }: Pick<Config, 'http' | 'smtp' | 'roles'>,
  locales: string,
  progress: () => UpgradeProgress,
): Promise<{ readonly httpPort: number; readonly smtpPort: number; close(): Promise<void> }> {
  const translations = loadTranslations([{ dir: locales }]);
  const pages = LANGUAGES.map((language) => ({ language, t: translator(translations, language) }));
  const body = (): string => {
    const { step, done, total } = progress();
    const parts = pages.map(({ language, t }) => {
      const bar = total > 0 ? `<progress max="${total}" value="${done}"></progress>` : '<progress></progress>';
      return `<section lang="${language}"><h1>${t('upgrade.title')}</h1><p>${t(`upgrade.step.${step}`)} ${total > 0 ? t('upgrade.part', { done, total }) : ''}</p>${bar}<p>${t('upgrade.text')}</p></section>`;
    });
    return `<!doctype html><html lang="pl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="${AGAIN_SECONDS}"><title>Centrala</title></head><body>${parts.join('')}</body></html>`;
  };
  const web = createHttpServer((request, answer) => {
    const path = request.url?.split('?')[0];
    const headers = { 'Cache-Control': 'no-store', 'Retry-After': String(AGAIN_SECONDS), Connection: 'close' };
    const json = (status: number, value: object): void =>
      void answer.writeHead(status, { ...headers, 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
    if (path === '/health') return json(200, { status: 'ok' });
    if (path === '/ready') return json(503, { status: 'upgrading', ...progress() });
    answer
      .writeHead(503, {
        ...headers,
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      })
      .end(body());
  });
  const callers = new Set<Socket>();
  const mail = createServer((socket) => {
    callers.add(socket);
    socket.on('error', () => {}).once('close', () => callers.delete(socket));
    socket.end('421 4.3.2 Being upgraded, come again in a few minutes\r\n');
  });
  const httpPort = roles.has('web') ? await listening(web, http) : 0;
  const smtpPort = roles.has('smtp') ? await listening(mail, smtp) : 0;
  return {
    httpPort,
    smtpPort,
    close: async () => {
      web.closeAllConnections();
      // One who never hangs up must not keep the upgraded server from its port.
      const closed = [web, mail].map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const socket of callers) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** 0: somebody else is there, which the plugin waits for; the upgrade goes on. */
function listening(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  server.once('error', () => resolve(0));
  server.listen(port, host, () => {
    const address = server.address();
    resolve(typeof address === 'object' && address ? address.port : 0);
  });
  return promise;
}
