import { allowPictures, forgetPictures, picturesAllowed } from '../allowed-pictures/allow.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { allow } from '../conversations/allow.ts';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile, sendPreview } from '../http/files.ts';
import { idParam } from '../http/params.ts';
import { ForbiddenError } from '../lib/errors.ts';
import { sniffType } from '../lib/file-type.ts';
import type { AttachmentId, MessageId } from '../lib/ids.ts';
import { frameCsp, messageDocument } from '../lib/message-document.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { framedPictures } from './framed.ts';
import { enclosedBody, findAttachment, findMessage, findRawOfMessage } from './list.ts';
import { isPicture, previewOf } from './preview.ts';
import { isPretended } from './sender-view.ts';
import type { Message } from './types.ts';
import { expectHarmless, noteVirusTaken } from './withheld.ts';

export interface MessageRouteDeps {
  readonly blobs: Pick<Blobs, 'open' | 'read'>;
}

/** What a message is made of: its HTML in a frame, its text, its source, its attachments. Nothing of it ever runs in our origin. */
export function messageRoutes({ blobs }: MessageRouteDeps): readonly Route[] {
  const readable = async (ctx: PageContext): Promise<Message> => {
    const message = await findMessage(ctx.scope, idParam(ctx, 'messages') as MessageId);
    await allow(ctx.scope, 'conversation:read', message.conversationId);
    return message;
  };

  const frame = (ctx: PageContext, html: SafeHtml | null, options: Parameters<typeof messageDocument>[1]): void => {
    ctx.set('Content-Security-Policy', frameCsp(options));
    ctx.remove('X-Frame-Options');
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.type = 'html';
    ctx.body = html === null ? '' : messageDocument(html, options);
  };

  const body = async (ctx: PageContext): Promise<void> => {
    const message = await readable(ctx);
    const allowRemoteImages =
      ctx.query['images'] === '1' || (!isPretended(message) && (await picturesAllowed(ctx.scope, message.from.address)));
    const folds = { stretches: message.folds?.html ?? [], label: ctx.t('messages.show_quote') };
    const inlinePictures = message.html === null ? [] : await inlineImages(blobs, message);
    frame(ctx, message.html, { allowRemoteImages, inlineImages: inlinePictures, folds });
  };

  const text = async (ctx: PageContext): Promise<void> => plain(ctx, (await readable(ctx)).text);

  const raw = async (ctx: PageContext): Promise<{ sha256: string; bytes: number; message: Message }> => {
    const message = await readable(ctx);
    const found = await findRawOfMessage(ctx.scope, message.id);
    if (!found) throw new ForbiddenError('This message was written here', 'It has no source.');
    return { ...found, message };
  };
  const source = async (ctx: PageContext): Promise<void> => {
    const { sha256 } = await raw(ctx);
    sendFile(ctx, await blobs.open(sha256), { filename: 'message.txt', contentType: 'text/plain; charset=utf-8', inline: true, sha256 });
  };
  const download = async (ctx: PageContext): Promise<void> => {
    const { sha256, bytes, message } = await raw(ctx);
    expectHarmless(message.virus, whoAsks(ctx));
    const filename = `message-${message.id}.eml`;
    await noteVirusTaken(ctx.scope, { ...message, messageId: message.id, filename });
    sendFile(ctx, await blobs.open(sha256), { filename, contentType: 'message/rfc822', bytes, sha256 });
  };

  const attachment = async (ctx: PageContext): Promise<void> => {
    const file = await findAttachment(ctx.scope, idParam(ctx, 'attachments') as AttachmentId);
    await allow(ctx.scope, 'conversation:read', file.conversationId);
    expectHarmless(file.virus, whoAsks(ctx));
    await noteVirusTaken(ctx.scope, file);
    const { inline } = ctx.query;
    const shown = inline === '1' || inline === 'small' ? await previewOf(blobs, file, inline === 'small') : null;
    if (shown) return sendPreview(ctx, file.filename, { ...shown, sha256: file.sha256 });
    // Nobody asked for the file itself.
    if (inline === 'small') ctx.status = 204;
    else sendFile(ctx, await blobs.open(file.sha256), file);
  };

  const enclosed = async (ctx: PageContext): Promise<void> => {
    const file = await findAttachment(ctx.scope, idParam(ctx, 'attachments') as AttachmentId);
    await allow(ctx.scope, 'conversation:read', file.conversationId);
    const { html, attachments } = await enclosedBody(ctx.scope, file);
    const inlinePictures = await inlineImages(blobs, { attachments, virus: file.virus });
    frame(ctx, html, { allowRemoteImages: ctx.query['images'] === '1', inlineImages: inlinePictures });
  };

  const pictures = async (ctx: PageContext): Promise<void> => {
    const message = await readable(ctx);
    const { from, conversationId } = message;
    // It holds for everybody: looking at one of his mails is not enough.
    await allow(ctx.scope, 'conversation:reply', conversationId);
    if (ctx.form['allowed'] !== 'no' && isPretended(message))
      throw new ForbiddenError('This message may be of somebody else', 'Allow pictures at a message that is not marked.');
    if (ctx.form['allowed'] === 'no') await forgetPictures(ctx.scope, from.address);
    else await allowPictures(ctx.scope, ctx.agent.id, from.address);
    ctx.toast(ctx.t(ctx.form['allowed'] === 'no' ? 'messages.toast_pictures_off' : 'messages.toast_pictures'));
    ctx.seeOther(`/conversations/${conversationId}`);
  };

  return [
    { method: 'GET', path: '/messages/:id/body', may: 'agent', handle: body },
    { method: 'GET', path: '/messages/:id/text', may: 'agent', handle: text },
    { method: 'GET', path: '/messages/:id/source', may: 'agent', handle: source },
    { method: 'GET', path: '/messages/:id/raw', may: 'agent', handle: download },
    { method: 'POST', path: '/messages/:id/pictures', may: 'agent', handle: pictures },
    { method: 'GET', path: '/attachments/:id', may: 'agent', handle: attachment },
    { method: 'GET', path: '/attachments/:id/body', may: 'agent', handle: enclosed },
  ];
}

/** The way to an infected file says so itself. */
const whoAsks = (ctx: PageContext) => ({ role: ctx.agent.role, knows: ctx.query['infected'] === '1' });

function plain(ctx: PageContext, text: string): void {
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = text;
}

/** None of a message with a virus: a picture may be where it is. */
async function inlineImages(blobs: Pick<Blobs, 'read'>, { attachments, virus }: Pick<Message, 'attachments' | 'virus'>) {
  if (virus?.state === 'infected') return [];
  return Promise.all(
    framedPictures(attachments).map(async ({ contentId, contentType, sha256 }) => {
      const content = await blobs.read(sha256);
      return { contentId: contentId ?? '', contentType: isPicture(contentType) ? contentType : (sniffType(content) ?? ''), content };
    }),
  );
}
