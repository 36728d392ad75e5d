package io.xywebsocket.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The way to a server. Once it is cut nothing comes through any more, and neither end is told. */
final class Cable implements AutoCloseable {

    private final ServerSocket entrance;
    private final int to;
    private volatile Socket inner;
    private volatile Socket outer;
    private volatile boolean cut;

    private Cable(int to) throws IOException {
        this.entrance = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
        this.to = to;
    }

    static Cable to(int port) {
        try {
            Cable cable = new Cable(port);
            run(cable::connect);
            return cable;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return entrance.getLocalPort();
    }

    void abort() {
        cut = true;
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
                "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private void connect() throws IOException {
        outer = entrance.accept();
        inner = new Socket("localhost", to);
        run(() -> pump(outer, inner));
        run(() -> pump(inner, outer));
    }

    private void pump(Socket from, Socket into) throws IOException {
        byte[] buffer = new byte[8192];
        for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
            if (!cut) {
                into.getOutputStream().write(buffer, 0, n);
            }
        }
        if (!cut) {
            into.close();
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
            outer.close();
            inner.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
