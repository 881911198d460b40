import { cacheWidget } from '../widget/cached.ts';
import { chatInbox } from '../widget/chat-inbox.ts';
import { type Channels, roomIn } from './channels.ts';
import type { Foundation } from './foundation.ts';

/** What the pages for visitors of the company's website stand on. */
export function widgetParts(foundation: Foundation, { directory, plugins }: Channels) {
  const chat = { directory, channel: plugins.channel, isRunning: (name: string): boolean => plugins.running(name) !== null };
  return {
    ...chat,
    widget: cacheWidget(foundation.faces, (scope) => chatInbox(scope, chat)),
    keep: foundation.spool.keep,
    hasRoom: roomIn(foundation),
    stream: foundation.stream,
  };
}
