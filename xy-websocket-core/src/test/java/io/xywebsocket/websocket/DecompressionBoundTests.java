package io.xywebsocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.extractor.Extractors.byName;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What compressed messages of many peers become while all are decompressed at once: it counts for the bound on what all peers may hold here. */
class DecompressionBoundTests {

    private static final int PEERS = 20;
    private static final int SIZE = 900_000;
    private static final int BOUND = 3_000_000;
    private static final int MAX_MESSAGE = 1 << 20;

    private final Queue<Integer> closeCodes = new ConcurrentLinkedQueue<>();
    private final XyEndpoint endpoint = XyEndpoint.builder()
            .limits(XyLimits.DEFAULT.withMaxMessageSize(MAX_MESSAGE))
            .maxReceivedBytes(BOUND)
            .connectionListener(new XyConnectionListener() {
                @Override
                public void connected(XyPeer peer) {}

                @Override
                public void disconnected(XyPeer peer, int code, String reason) {
                    closeCodes.add(code);
                }
            })
            .build();
    private final ExecutorService readers = Executors.newFixedThreadPool(PEERS);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger holding = new AtomicInteger();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final List<WebSocketTransport> transports = new ArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        readers.shutdown();
        endpoint.close();
    }

    /** Stops the thread that decompresses shortly before the end. */
    private final class Holding implements Transport.Receiver {

        private final Transport.Receiver engine;
        private int decompressed;
        private boolean stopped;

        Holding(Transport.Receiver engine) {
            this.engine = engine;
        }

        @Override
        public void onText(byte[] utf8, int offset, int length) {
            whole.incrementAndGet();
            engine.onText(utf8, offset, length);
        }

        @Override
        public void onPart(int length, int held) {
            engine.onPart(length, held);
            decompressed += held < SIZE / 2 ? 0 : length;
            if (decompressed > SIZE / 3 && !stopped) {
                stopped = true;
                holding.incrementAndGet();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void onPing() {
            engine.onPing();
        }

        @Override
        public void onPong() {
            engine.onPong();
        }

        @Override
        public void onWritable() {
            engine.onWritable();
        }

        @Override
        public void onViolation(int code, String reason) {
            engine.onViolation(code, reason);
        }

        @Override
        public void onClosed(int code, String reason) {
            engine.onClosed(code, reason);
        }
    }

    private WebSocketTransport connect() {
        @Nullable PerMessageDeflate deflate = PerMessageDeflate.negotiate(List.of("permessage-deflate"));
        MemoryWire wire = new MemoryWire();
        WebSocketTransport transport = new WebSocketTransport(wire, endpoint.clock(), MAX_MESSAGE, deflate);
        wire.transport = transport;
        XyHandshake handshake = XyHandshake.builder(URI.create("/xy")).build();
        transport.start(new Holding(endpoint.open(transport, handshake, Map.of())));
        return transport;
    }

    private static byte[] bomb(int fragment) {
        String call = "{\"e\":\"c.echo\",\"id\":1,\"p\":\"" + "x".repeat(SIZE) + "\"}";
        byte[] deflated = ClientFrames.deflated(call.getBytes(StandardCharsets.US_ASCII), 9);
        return ClientFrames.fragmented(ClientFrames.RSV1 | Opcodes.TEXT, deflated, Math.min(fragment, deflated.length));
    }

    private long held() {
        return transports.stream()
                .mapToLong(each -> ((byte[]) byName("reader.partial.bytes").apply(each)).length)
                .sum();
    }

    /** However many threads decompress: those that have been closed keep nothing, wherever they are. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 100})
    void holdsThoughManyPeersSendBombsAtOnce(int fragment) {
        endpoint.handlers().register("echo", (name, payload, peer) -> payload);
        byte[] bomb = bomb(fragment);
        for (int i = 0; i < PEERS; i++) {
            WebSocketTransport transport = connect();
            transports.add(transport);
            readers.execute(() -> {
                transport.onBytes(ByteBuffer.wrap(bomb.clone()));
                finished.incrementAndGet();
            });
        }
        await().until(() -> holding.get() + finished.get() == PEERS);

        assertThat(held()).isBetween(SIZE / 2L, (long) BOUND);
        assertThat(endpoint.statistics().receivedBytes()).isBetween(held(), (long) BOUND);
        int open = endpoint.peers().size();
        assertThat(open).isBetween(1, BOUND / SIZE);
        await().until(() -> closeCodes.size() == PEERS - open);
        assertThat(closeCodes).containsOnly(1013);

        release.countDown();
        await().until(() -> finished.get() == PEERS);
        assertThat(whole).hasValue(open);
        await().until(() -> endpoint.statistics().receivedBytes() == 0);
    }
}
