import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile } from '../http/files.ts';
import { idParam } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { pictureOf } from './find.ts';
import type { Owner } from './types.ts';

/** Pictures of agents, for agents; the company's logo, for everybody. An address with the mark of its content is kept for ever. */
export function pictureRoutes({ blobs }: { readonly blobs: Pick<Blobs, 'read'> }): readonly Route[] {
  const send = async (ctx: PageContext, owner: Owner): Promise<void> => {
    const picture = await pictureOf(ctx.scope, owner);
    if (!picture) throw new NotFoundError('The picture');
    const content = await blobs.read(picture.sha256);
    sendFile(ctx, '', { filename: owner.kind, contentType: picture.contentType, inline: true });
    const isThis = ctx.query['v'] === picture.sha256.slice(0, 12);
    ctx.set('Cache-Control', isThis ? 'private, max-age=31536000, immutable' : 'private, no-cache');
    ctx.body = content;
  };
  return [
    {
      method: 'GET',
      path: '/agents/:id/picture',
      may: 'agent',
      handle: (ctx) => send(ctx, { kind: 'agent', id: idParam(ctx, 'agents') }),
    },
    { method: 'GET', path: '/logo', may: 'public', handle: (ctx) => send(ctx, { kind: 'company' }) },
  ];
}
