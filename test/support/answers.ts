import { connect } from 'node:net';

/** Whether somebody accepts connections at this port of loopback, or at the socket of this path. */
export function answers(where: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(typeof where === 'number' ? { host: '127.0.0.1', port: where } : { path: where });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
