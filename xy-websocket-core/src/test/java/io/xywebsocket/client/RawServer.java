package io.xywebsocket.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A WebSocket server, RFC 6455, that does exactly what it is told and shows exactly what arrived. */
final class RawServer implements AutoCloseable {

    /** What it does with a handshake; may write anything. */
    interface Manner {
        /** Returns whether the connection is open now. */
        boolean answer(Request request, Socket socket) throws Exception;
    }

    /** A client's handshake. */
    record Request(String line, Map<String, String> headers) {

        @Nullable
        String header(String name) {
            return headers.get(name);
        }

        String accept() throws GeneralSecurityException {
            byte[] key = (header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                    .getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(key));
        }
    }

    private final ServerSocket listening;
    private final boolean secure;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<RawConnection> opened = new LinkedBlockingQueue<>();
    private volatile Manner manner = welcome();
    private volatile boolean closed;

    private RawServer(ServerSocket listening, boolean secure) {
        this.listening = listening;
        this.secure = secure;
        start(this::accept);
    }

    static RawServer start() {
        return at(0);
    }

    /** At a {@link HeldPort}, so that another one may come after it; 0 for any. */
    static RawServer at(int port) {
        try {
            return new RawServer(bind(new ServerSocket(), port), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawServer secure(SSLContext context) {
        try {
            return new RawServer(bind(context.getServerSocketFactory().createServerSocket(), 0), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket bind(ServerSocket socket, int port) throws IOException {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("localhost"), port), 1000);
        return socket;
    }

    int port() {
        return listening.getLocalPort();
    }

    URI uri() {
        return URI.create((secure ? "wss" : "ws") + "://localhost:" + port() + "/ws");
    }

    // ---- manners

    RawServer manner(Manner other) {
        manner = other;
        return this;
    }

    static Manner welcome() {
        return welcome("xy");
    }

    /** Opens the connection with this sub-protocol; null for none. */
    static Manner welcome(@Nullable String protocol) {
        return (request, socket) -> {
            write(
                    socket,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + request.accept() + "\r\n"
                            + (protocol == null ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n") + "\r\n");
            return true;
        };
    }

    static Manner refuse(int status) {
        return saying("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nno");
    }

    /** Says this and leaves the connection as it is. */
    static Manner saying(String text) {
        return (request, socket) -> {
            write(socket, text);
            return false;
        };
    }

    static Manner hangUp() {
        return (request, socket) -> {
            socket.close();
            return false;
        };
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- what arrived

    /** The next connection that has been opened. */
    RawConnection next() {
        try {
            RawConnection connection = opened.poll(20, TimeUnit.SECONDS);
            if (connection == null) {
                throw new AssertionError("no connection after " + requests.size() + " handshakes");
            }
            return connection;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The handshakes so far. */
    List<Request> requests() {
        return requests;
    }

    /** How many TCP connections there are. */
    int sockets() {
        return sockets.size();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listening.accept();
                sockets.add(socket);
                if (closed) { // one may still slip in
                    socket.close();
                }
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            Request request = read(in);
            requests.add(request);
            if (manner.answer(request, socket)) {
                RawConnection connection = new RawConnection(socket, in);
                opened.add(connection);
                connection.readAll();
            } else {
                in.transferTo(ByteArrayOutputStream.nullOutputStream());
            }
        } catch (Exception e) {
            // the client has gone, or refuses our certificate
        } finally {
            sockets.remove(socket);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String first = line(in);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line; !(line = line(in)).isEmpty(); ) {
            String[] header = line.split(": *", 2);
            headers.merge(header[0], header[1], (a, b) -> a + ", " + b);
        }
        return new Request(first, headers);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                throw new EOFException();
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Is gone, with all its connections, as a process that is killed. */
    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
