// image-compiled.mjs FILE: starts the product in an empty folder, as a container's first start does, lets it take a mail, and packs into FILE what Node
// compiled meanwhile. For the Dockerfile: run where the image's own variables hold, so that the flags are the same.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { packCompiled } from '../core/bin/compiled.mjs';

const [, , file] = process.argv;
if (file === undefined) throw new Error('image-compiled.mjs FILE');
const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
const home = join(folder, 'node');
const [httpPort, smtpPort] = [await freePort(), await freePort()];
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: home,
  CENTRALA_DATA_DIR: join(folder, 'data'),
  CENTRALA_HTTP_HOST: '127.0.0.1',
  CENTRALA_HTTP_PORT: String(httpPort),
  CENTRALA_SMTP_HOST: '127.0.0.1',
  CENTRALA_SMTP_PORT: String(smtpPort),
  CENTRALA_LOG_LEVEL: 'warn',
  CENTRALA_ADMIN_EMAIL: 'nobody@compiled.test',
  CENTRALA_ADMIN_PASSWORD: randomUUID(),
};
const address = 'inbox@compiled.test';

const product = spawn(process.execPath, ['core/main.ts'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
process.once('exit', () => product.kill('SIGKILL'));
const ended = once(product, 'exit');
await reaches(async () => page('ready'));
await page('login');
centrala('inbox', 'create', '--name', 'Inbox', '--address', address);
await send([
  'EHLO compiled.test',
  'MAIL FROM:<somebody@elsewhere.test>',
  `RCPT TO:<${address}>`,
  'DATA',
  'Subject: one\r\n\r\none\r\n.',
  'QUIT',
]);
await reaches(async () => /centrala_inbound\{state="(received|spam)"\} 1/.test(await page('metrics')));
product.kill('SIGTERM');
const [code] = await ended;
if (code !== 0) throw new Error(`The product ended with code ${code}.`);
packCompiled(home, file);
rmSync(folder, { recursive: true });

async function page(path) {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/${path}`);
  if (!answer.ok) throw new Error(`/${path} answers ${answer.status}.`);
  return answer.text();
}

function centrala(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['core/bin/centrala.mjs', ...words], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`centrala ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** Says one line after the other, each once the one before was answered. */
async function send(lines) {
  const socket = connect(smtpPort, '127.0.0.1').setEncoding('latin1');
  let said = '';
  for await (const text of socket) {
    said += text;
    if (/^[45]/m.test(text)) throw new Error(`The mail was refused: ${text}`);
    if (/^\d{3} .*\r\n$/m.test(text)) socket.write(`${lines.shift() ?? 'QUIT'}\r\n`);
  }
  if (!said.includes('\n221')) throw new Error(`The mail was not taken: ${said}`);
}

async function reaches(probe) {
  for (const deadline = Date.now() + 600_000; Date.now() < deadline && product.exitCode === null; await wait(100))
    if (await probe().catch(() => false)) return;
  throw new Error('The product did not come so far.');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
