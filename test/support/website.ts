import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A website on another site than the product: "localhost" is one, 127.0.0.1 another. */
export async function website(t: ExecutionContext<unknown>, script: string, language = 'pl'): Promise<string> {
  const server = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    answer.end(
      `<!doctype html><html lang="${language}"><meta name="viewport" content="width=device-width"><title>Rowery</title><h1>Rowery Nowak</h1><p>Sklep i serwis.</p><script async src="${script}"></script></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  t.teardown(() => server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}
