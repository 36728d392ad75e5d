package io.xywebsocket.benchmarks.load.servers;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** netty-socketio, with acknowledgements for answers. */
final class SocketIoServer implements LoadServer {

    private final SocketIOServer server;
    private final int port;

    private SocketIoServer(SocketIOServer server, int port) {
        this.server = server;
        this.port = port;
    }

    static SocketIoServer start() throws IOException {
        Configuration configuration = new Configuration();
        int port = freePort();
        configuration.setHostname("127.0.0.1");
        configuration.setPort(port);
        configuration.setTransports(Transport.WEBSOCKET);
        configuration.setPingInterval(600_000); // the generator doesn't answer pings of engine.io
        SocketIOServer server = new SocketIOServer(configuration);
        server.addEventListener("echo", Item.class, (client, item, answer) -> answer.sendAckData(item));
        server.start();
        return new SocketIoServer(server, port);
    }

    /** It doesn't tell which port it got if it is given none. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int peers() {
        return server.getAllClients().size();
    }

    @Override
    public void broadcast(int id, int noteLength) {
        server.getBroadcastOperations().sendEvent("changed", Item.of(id, noteLength));
    }
}
