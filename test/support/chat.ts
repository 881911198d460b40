import { setTimeout as wait } from 'node:timers/promises';
import type { InboxId } from '../../core/lib/ids.ts';
import { ADMIN, type App } from './app.ts';
import { type HttpClient, httpClient, loggedInClient } from './http-client.ts';
import { until } from './until.ts';
import { widgetOn } from './widget.ts';

export interface ChatOptions {
  readonly asksData?: boolean;
  readonly needsData?: boolean;
  readonly sites?: readonly string[];
}

/** Switches live talks on, with the administrator there to answer: the plugin, an inbox of it, and the widget. */
export async function chatOn(app: App, { asksData = false, needsData = false, sites }: ChatOptions = {}): Promise<InboxId> {
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get('/plugins');
  const on = await anna.post('/plugins/web-chat/state', { enabled: 'true' });
  if (on.status !== 303) throw new Error(`the plugin was not switched on: ${on.status}`);
  const made = await app.api('POST', '/inboxes', {
    channel: 'web-chat',
    name: 'Czat',
    address: 'www',
    settings: { asksData, needsData },
  });
  if (made.status !== 201) throw new Error(`the inbox was not made: ${JSON.stringify(made.json)}`);
  await widgetOn(app, sites ? { sites } : {});
  const row = await app.scope.db('inboxes').where({ channel: 'web-chat' }).first('id');
  return row.id;
}

export interface Shown {
  readonly isOpen: boolean;
  readonly isKnown: boolean;
  readonly asks: string;
  readonly lines: readonly { id: number; key: string | null; name: string | null; text: string; at: string }[];
}

/** A visitor's window without a browser. */
export interface Window {
  readonly http: HttpClient;
  token: string;
  say(text: string, also?: Record<string, string>): Promise<{ status: number; json: Record<string, unknown> }>;
  look(after?: number): Promise<Shown>;
  /** What it asks while it is closed. */
  count(): Promise<{ readonly isKnown: boolean; readonly waiting: number }>;
  /** His words are messages now. */
  heard(text: string): Promise<{ id: number; conversation_id: number }>;
}

/** The administrator answers in a conversation; answers the id of his message. */
export async function answerTo(app: App, id: number, text: string): Promise<number> {
  const anna = await loggedInClient(app.base, ADMIN);
  await anna.get(`/conversations/${id}`);
  const sent = await anna.post(`/conversations/${id}/messages`, { kind: 'reply', html: '', text, composing: String(id) });
  if (sent.status !== 303) throw new Error(`${sent.status} ${sent.text.slice(0, 300)}`);
  const newest = app.scope.db('messages').where({ conversation_id: id, direction: 'outbound' }).orderBy('id', 'desc');
  return (await newest.first('id')).id;
}

let keys = 0;

export async function windowAt(app: App): Promise<Window> {
  const http = httpClient(app.base);
  await http.get('/widget?lang=pl');
  /** One that asks too fast waits as it is told, like the script of the frame. */
  const asked = async (path: string): Promise<string> => {
    const answer = await http.get(path, { 'X-Visitor': window.token });
    if (answer.status !== 429) return answer.text;
    await wait(1000 * Number(answer.headers.get('retry-after')));
    return asked(path);
  };
  const window: Window = {
    http,
    token: '',
    say: async (text, also = {}) => {
      keys += 1;
      const form = { key: `key${String(keys).padStart(8, '0')}`, text, ...also };
      const answer = await http.post('/widget/chat', form, { 'X-Visitor': window.token });
      const json = JSON.parse(answer.text);
      if (json.token) window.token = json.token;
      return { status: answer.status, json };
    },
    look: async (after = 0) => JSON.parse(await asked(`/widget/chat?after=${after}`)),
    count: async () => JSON.parse(await asked('/widget/chat/waiting')),
    heard: (text) =>
      until(`“${text}” is a message`, () => app.scope.db('messages').where({ text, direction: 'inbound' }).first('id', 'conversation_id')),
  };
  return window;
}
