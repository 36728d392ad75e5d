package io.xywebsocket.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

/** The way to a server. Its connections can be cut in either direction, without either end being told. */
public final class Line implements AutoCloseable {

    private static final class Wire {
        final Socket client;
        final Socket server;
        volatile boolean subscribes;

        /** Whether nothing passes any more, whatever becomes of the line. */
        volatile boolean dead;

        /** Whether something is missing, so that it is of no use any more. */
        volatile boolean lossy;

        Wire(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void close() {
            for (Socket each : List.of(client, server)) {
                try {
                    each.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private final ServerSocket entrance;
    private final IntSupplier to;
    private final List<Wire> wires = new CopyOnWriteArrayList<>();
    private volatile boolean passesToServer = true;
    private volatile boolean passesToClient = true;

    public Line(int port) throws IOException {
        this(() -> port);
    }

    /** @param to the port that each connection goes to */
    public Line(IntSupplier to) throws IOException {
        entrance = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        this.to = to;
        run(this::accept);
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** Swallows what comes from the client, or from the server, or both. */
    public void cut(boolean toServer, boolean toClient) {
        passesToServer = !toServer;
        passesToClient = !toClient;
    }

    /** Ends a {@link #cut}. Connections of which something was swallowed are reset. */
    public void heal() {
        passesToServer = true;
        passesToClient = true;
        wires.stream().filter(wire -> wire.lossy && !wire.dead).forEach(Wire::close);
    }

    /**
     * Swallows for ever what comes over the present connections; new ones work.
     *
     * @param subscriptionsOnly only over those on which a client of Redis has subscribed
     */
    public void forget(boolean subscriptionsOnly) {
        wires.forEach(wire -> wire.dead |= wire.subscribes || !subscriptionsOnly);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void run(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // closed
                    }
                },
                "line");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = entrance.accept();
            try {
                Wire wire = new Wire(client, new Socket("127.0.0.1", to.getAsInt()));
                client.setTcpNoDelay(true);
                wire.server.setTcpNoDelay(true);
                wires.add(wire);
                run(() -> pump(wire, true));
                run(() -> pump(wire, false));
            } catch (IOException e) {
                client.close(); // nothing is there
            }
        }
    }

    private void pump(Wire wire, boolean toServer) throws IOException {
        byte[] buffer = new byte[64 << 10];
        OutputStream out = (toServer ? wire.server : wire.client).getOutputStream();
        try {
            for (int n;
                    (n = (toServer ? wire.client : wire.server).getInputStream().read(buffer)) >= 0; ) {
                wire.subscribes |= toServer && subscribes(buffer, n);
                if (!wire.dead && (toServer ? passesToServer : passesToClient)) {
                    out.write(buffer, 0, n);
                } else {
                    wire.lossy = true;
                }
            }
        } finally {
            if (!wire.dead && passesToServer && passesToClient) {
                wires.remove(wire);
                wire.close();
            }
        }
    }

    private static boolean subscribes(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.US_ASCII).contains("SUBSCRIBE");
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        wires.forEach(Wire::close);
    }
}
