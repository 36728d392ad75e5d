/*
 * node login.js HOST:PORT TOKEN: logs in with a token, then with a ticket that the token has bought, and says who the server
 * thinks we are.
 */
import { connect } from '../../src/xy-websocket.js';
import { WebSocket } from 'ws';

const [host, bearer] = process.argv.slice(2);

async function fetchTicket() {
  const response = await fetch(`http://${host}/tickets`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${bearer}` },
  });
  return (await response.json()).ticket;
}

for (const [name, token] of Object.entries({ token: () => bearer, ticket: fetchTicket })) {
  const xy = connect(`ws://${host}/ws`, { token, WebSocket, waitForConnection: true });
  console.log(`${name}: ${await xy.call('whoAmI', null)}`);
  xy.close();
}
process.exit(0);
