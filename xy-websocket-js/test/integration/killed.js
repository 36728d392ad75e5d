/*
 * node killed.js URL: a client that registers a function and a listener once, and then lives through whatever happens to its server. Writes
 * "served" each time the server has called the one and reached the other, "flying" when a call is on its way that the server won't
 * answer soon, and "failed" and the status with which that call has ended.
 */
import { connect } from '../../src/xy-websocket.js';
import { WebSocket } from 'ws';

const xy = connect(process.argv[2], { WebSocket, backoff: { min: 20, max: 200 } });
let heard;
xy.register('here', (payload) => `here: ${payload}`);
xy.on('told', (payload) => (heard = payload));

let round = 0;
xy.onState(async (state) => {
  if (state !== 'open') return;
  round++;
  await xy.call('tell', { event: 'told', payload: round });
  const answer = await xy.call('relay', { function: 'here', payload: round });
  if (heard === round && answer === `here: ${round}`) console.log('served', round);
  xy.call('slow', 60_000, { timeout: 60_000 }).catch(({ status }) => console.log('failed', status));
  console.log('flying');
});
