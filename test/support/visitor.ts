import type { ExecutionContext } from 'ava';
import { openBrowser, openWindow } from './browser.ts';
import { type ChatOptions, chatOn } from './chat.ts';
import { officeFor } from './office.ts';
import { website } from './website.ts';

/** An office with live talks, a website that shows them, and the browser of somebody who looks at it. */
export async function visitorOf(t: ExecutionContext<unknown>, chat: ChatOptions = {}, window: Parameters<typeof openWindow>[1] = {}) {
  const office = await officeFor(t);
  const site = await website(t, `${office.base}/widget.js`);
  await chatOn(office, { sites: [site], ...chat });
  return { office, site, ...(await openWindow(await openBrowser(t), window)) };
}
