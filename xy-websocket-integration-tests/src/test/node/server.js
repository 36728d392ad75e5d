/* node server.js PORT [SETTINGS as JSON]; writes "listening PORT". */
import { offer } from './functions.js';
import { Server } from './peer.js';

const [port, settings = '{}'] = process.argv.slice(2);
const server = new Server(JSON.parse(settings));
offer(server);
server.register('broadcast', ({ event, payload }) => server.broadcast(event, payload));
console.log('listening', await server.listen(Number(port)));
