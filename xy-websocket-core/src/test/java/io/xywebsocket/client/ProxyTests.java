package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The way out through a proxy, RFC 9110 §9.3.6. */
class ProxyTests extends WithClients {

    @Test
    void connectsThroughAProxy() throws Exception {
        RawServer server = server();
        ConnectProxy proxy = closing(new ConnectProxy());
        XyClient client = connect(builder(server).proxy(ProxySelector.of(proxy.address())));

        CompletableFuture<Integer> answer = client.call("add", List.of(1, 2), Integer.class);
        server.next().answerNext("add", "3");
        assertThat(get(answer)).isEqualTo(3);
        assertThat(proxy.tunnels).containsExactly("CONNECT localhost:" + server.port() + " HTTP/1.1");
    }

    @Test
    void aSelectorThatFailsFailsTheTryAndIsAskedAgain() {
        RawServer server = server();
        List<URI> asked = new CopyOnWriteArrayList<>();
        XyClient client = client(builder(server).proxy(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                if (asked.size() < 3) {
                    throw new IllegalStateException("no configuration yet");
                }
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException cause) {}
        }));
        List<Retry> retries = retries(client);
        get(client.connect());
        await().until(() -> retries.size() == 2);
        assertThat(retries.get(0).cause()).hasStackTraceContaining("no configuration yet");
    }

    @Test
    void leavesNoThreadBehindWithAProxyOfItsOwnBesideSharedThreads() throws Exception {
        RawServer server = server();
        ConnectProxy proxy = closing(new ConnectProxy());
        try (XyClientThreads shared = XyClientThreads.create()) {
            XyClient client = connect(builder(server).threads(shared).proxy(ProxySelector.of(proxy.address())));
            server.next();
            client.close();
        }
        awaitNoThreads();
        await().until(() -> server.sockets() == 0);
    }

    /** Passes bytes to and fro; bounded by the sockets that it is closed with. */
    private static final class ConnectProxy implements AutoCloseable {

        final List<String> tunnels = new CopyOnWriteArrayList<>();
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        ConnectProxy() throws IOException {
            start(this::accept);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listening.getLocalSocketAddress();
        }

        private void accept() {
            try {
                while (true) {
                    Socket near = listening.accept();
                    sockets.add(near);
                    start(() -> tunnel(near));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void tunnel(Socket near) {
            try {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) near.getInputStream().read());
                }
                String request = head.substring(0, head.indexOf("\r\n"));
                tunnels.add(request);
                String[] target = request.split(" ")[1].split(":");
                Socket far = new Socket(target[0], Integer.parseInt(target[1]));
                sockets.add(far);
                near.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                start(() -> pass(far, near));
                pass(near, far);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void pass(Socket from, Socket to) {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                in.transferTo(out);
            } catch (IOException e) {
                // one of them has ended
            }
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task, "connect-proxy");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listening.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
