import type { InboxRecord } from '../inboxes/types.ts';
import type { WidgetSettings } from './types.ts';

/** What the page of settings shows beside its form. */
export const widgetView = ({ isOn }: WidgetSettings, inbox: InboxRecord | null, chat: InboxRecord | null, publicUrl: string) => ({
  isOn,
  /** A website with HTTPS loads nothing from an address without. */
  isPlain: publicUrl.startsWith('http:'),
  code: `<script async src="${publicUrl}/widget.js"></script>`,
  inbox: inbox && { name: inbox.name, address: inbox.address },
  /** Where live talks begin. */
  chat: chat && { id: chat.id, name: chat.name },
});
