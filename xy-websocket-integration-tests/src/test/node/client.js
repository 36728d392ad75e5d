/* node client.js URL [SETTINGS as JSON]; writes "connected" and "disconnected". */
import { offer } from './functions.js';
import { Client } from './peer.js';

const [url, settings = '{}'] = process.argv.slice(2);
const client = new Client(JSON.parse(settings));
offer(client);
client.on('connected', () => console.log('connected'));
client.on('disconnected', () => console.log('disconnected'));
client.connect(url);
