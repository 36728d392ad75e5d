/* A page's own script without a build, checked with the types that the server has beside the module: see "paths" in tsconfig.json. */
import { connect, XyError } from '/xy-websocket.js';

/** @type {import('/xy-websocket.js').Xy<{ call: { 'stock.level'(query: { sku: string }): { amount: number } } }>} */
const xy = connect('/ws');

xy.call('stock.level', { sku: 'a' }).then(
  (level) => level.amount.toFixed(),
  (error) => error instanceof XyError && error.status,
);
// @ts-expect-error no such function
xy.call('stock.levle', { sku: 'a' });
