// One node of Socket.IO; obeys the same commands as the other servers. Lives until its standard input ends.
import { createAdapter } from "@socket.io/redis-adapter";
import { createInterface } from "node:readline";
import { createClient } from "redis";
import { Server } from "socket.io";

const publisher = createClient({ url: `redis://127.0.0.1:${process.argv[2]}` });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const io = new Server({
  adapter: createAdapter(publisher, subscriber),
  transports: ["websocket"],
  pingInterval: 600_000, // the generator doesn't answer pings of engine.io
});
io.on("connection", (socket) => socket.on("echo", (item, answer) => answer(item)));
io.listen(0, { host: "127.0.0.1" });
io.httpServer.on("listening", () => reply(`port ${io.httpServer.address().port}`));

function reply(text) {
  process.stdout.write(`@ ${text}\n`);
}

function broadcast(times, firstId, noteLength) {
  for (let i = 0; i < times; i++) {
    io.emit("changed", { id: firstId + i, note: "n".repeat(noteLength), price: 12.5, sku: "A-1" });
  }
  return "done";
}

const commands = {
  allocated: () => 0,
  peers: () => io.of("/").sockets.size,
  members: async () => (await io.fetchSockets()).length,
  broadcast: (times, firstId, noteLength) => broadcast(Number(times), Number(firstId), Number(noteLength)),
};

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const [name, ...words] = line.split(" ");
    reply(commands[name] ? await commands[name](...words) : `unknown ${line}`);
  })
  .on("close", () => process.exit());
