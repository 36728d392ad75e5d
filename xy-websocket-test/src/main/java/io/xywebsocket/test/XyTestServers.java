package io.xywebsocket.test;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyJson;
import io.xywebsocket.client.XyClientBuilder;
import io.xywebsocket.protocol.Prefixes;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scripted servers for an application's clients, in memory: the clients, the engine and the handlers are the real ones, nothing is
 * dialled. A client tries to connect when it would in real life, and its try waits until the test {@linkplain #accept() accepts}
 * it, or for ever; after the end of a connection it tries again within 20 ms of real time, whatever its settings say, unless it is one after
 * which it doesn't come back by itself, see {@link XyClientBuilder#reconnect}. Thread-safe.
 *
 * @since 0.1
 */
public final class XyTestServers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FOR_EVER = Duration.ofDays(365);

    /** A client that has tries for a server to accept. */
    private static final class Client {
        final Codec codec;
        final BlockingQueue<Try> tries = new LinkedBlockingQueue<>();
        volatile @Nullable FarEnd server;

        Client(Codec codec) {
            this.codec = codec;
        }
    }

    /** A handshake that waits for its answer. */
    private record Try(WebSocket.Listener listener, CompletableFuture<WebSocket> outcome) {}

    private final XyJson json;
    private final PeerGroup group = new PeerGroup(() -> 0);
    private final Runnable arrival = group::letArrive;
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private volatile @Nullable XyTestClock clock;

    /** @param json how the servers write and read payloads */
    public XyTestServers(XyJson json) {
        this.json = json;
    }

    /** The time of the clients that are {@linkplain #serve served} from now on. Default: the machine's. */
    public XyTestServers clock(XyTestClock testClock) {
        clock = testClock;
        testClock.watch(arrival);
        return this;
    }

    /**
     * Serves the client that is built of this, instead of the server it has the address of.
     *
     * @param client   by what name the test accepts its tries
     * @param builder  to be built after this
     * @param prefixes the client's
     */
    public void serve(String client, XyClientBuilder builder, Prefixes prefixes) {
        Client served = new Client(new Codec(json, prefixes));
        clients.put(client, served);
        builder.webSockets(() -> new Handshake(served.tries))
                .connectTimeout(FOR_EVER)
                .backoff(Duration.ofMillis(1), Duration.ofMillis(20)) // which XyTestClock lets pass by itself
                .handlers(handlers -> offerMarks(handlers, served));
        XyTestClock time = clock;
        if (time != null) {
            builder.clock(time);
        }
    }

    /** Serves a client with the default prefixes, see {@link #serve(String, XyClientBuilder, Prefixes)}. */
    public void serve(String client, XyClientBuilder builder) {
        serve(client, builder, Prefixes.DEFAULT);
    }

    private static void offerMarks(XyHandlers handlers, Client served) {
        handlers.on(Wire.MARK, (name, payload, peer) -> {
            FarEnd server = served.server;
            if (server != null && server.view == null) {
                server.view = peer;
            }
            peer.send(name, payload);
        });
    }

    /** Accepts the client that has no name, see {@link #accept(String)}. */
    public XyTestPeer accept() {
        return accept("");
    }

    /**
     * Connects a client to a new server, as soon as it tries to.
     *
     * @param client its name in {@code xy.websocket.clients}, or the one it is {@linkplain #serve served} by
     * @return the server, as a peer of the client; the application's listeners of connections have heard of it, unless they wait for it
     * @throws IllegalArgumentException if there is no such client
     * @throws AssertionError           if the client doesn't try within 5 s of real time: it is connected already, closed, dormant, or was
     *     never told to connect
     */
    public XyTestPeer accept(String client) {
        Client served = clients.get(client);
        if (served == null) {
            throw new IllegalArgumentException("There is no client '" + client + "' among " + clients.keySet());
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Try next = next(client, served, deadline - System.nanoTime());
            XyTestPeer server = next.outcome.isDone() ? null : connect(served, next);
            if (server != null) {
                return server;
            }
        }
    }

    private static Try next(String client, Client served, long nanos) {
        try {
            Try next = served.tries.poll(nanos, TimeUnit.NANOSECONDS);
            if (next != null) {
                return next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("The client '" + client + "' didn't try to connect within " + PATIENCE.toMillis()
                + " ms: is it connected already, closed, or dormant?");
    }

    /** Null if the client doesn't want the connection any more. */
    private @Nullable XyTestPeer connect(Client served, Try next) {
        FarEnd end = new FarEnd(served.codec, group::execute);
        served.server = end;
        WireSocket socket = new WireSocket(end.wire.engineEnd(), next.listener);
        end.wire.start(socket, end);
        next.listener.onOpen(socket);
        next.outcome.complete(socket);
        if (socket.isInputClosed()) {
            return null;
        }
        XyTestPeer server = new XyTestPeer(group, end, PATIENCE);
        group.add(server);
        long mark = end.wire.markEvents(); // which brings the view
        RealTime.await(
                PeerGroup.ARRIVAL, () -> end.wire.hasPassed(mark) || (server.owesAnswers() && end.wire.isStill()));
        return server;
    }

    /** Disconnects all servers with 1001, see {@link XyTestPeer#close(int, String)}; their clients try to connect again. */
    public void closeAll() {
        group.closeAll(1001);
    }

    /** Disconnects all servers; none can be connected any more. */
    @Override
    public void close() {
        clients.clear();
        group.close();
        XyTestClock time = clock;
        if (time != null) {
            time.unwatch(arrival);
        }
    }

    /** What a client shakes hands with. */
    private record Handshake(BlockingQueue<Try> tries) implements WebSocket.Builder {

        @Override
        public WebSocket.Builder header(String name, String value) {
            return this;
        }

        @Override
        public WebSocket.Builder connectTimeout(Duration timeout) {
            return this;
        }

        @Override
        public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
            return this;
        }

        @Override
        public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
            CompletableFuture<WebSocket> outcome = new CompletableFuture<>();
            tries.add(new Try(listener, outcome));
            return outcome;
        }
    }
}
