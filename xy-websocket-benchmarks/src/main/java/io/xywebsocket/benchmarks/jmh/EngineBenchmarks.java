package io.xywebsocket.benchmarks.jmh;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.engine.XyEndpointBuilder;
import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Messages through the whole engine, from transport to transport. The figures are for one call each. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBenchmarks {

    private static final int BURST = 16;
    private static final XyHandshake HANDSHAKE =
            XyHandshake.builder(URI.create("/ws")).build();

    private static XyEndpoint endpoint(XyEndpointBuilder builder) {
        XyEndpoint endpoint = builder.build();
        endpoint.handlers().register("echo", Item.class, item -> item);
        return endpoint;
    }

    private static byte[] call(int size) {
        byte[] payload = XyJson.plain().write(Item.ofCallSize(size)).getBytes(StandardCharsets.UTF_8);
        return new FrameEncoder(Prefixes.DEFAULT)
                .call("echo", FrameEncoder.Payload.ofNullable(payload), "\"V1StGXR8_Z5jdHi6B-my10\"", 0)
                .toByteArray();
    }

    /** Handlers on the thread that reads, nothing on the wire: what the engine itself does, without a change of threads. */
    @State(Scope.Benchmark)
    public static class Inline {

        @Param({"100", "4096"})
        public int size;

        private final AnsweringTransport transport = new AnsweringTransport(false);
        private final XyEndpoint endpoint = endpoint(XyEndpoint.builder().executor(Runnable::run));
        private Transport.@Nullable Receiver receiver;
        private byte[] call = {};

        @Setup
        public void open() {
            call = call(size);
            receiver = endpoint.open(transport, HANDSHAKE, Map.of());
        }

        @TearDown
        public void close() {
            endpoint.close();
        }
    }

    @Benchmark
    public int answerInline(Inline state) {
        if (state.receiver != null) {
            state.receiver.onText(state.call, 0, state.call.length);
        }
        return state.transport.sent();
    }

    /** Bursts over the in-memory transport, with the executor and the writers that an endpoint has. */
    @State(Scope.Benchmark)
    public static class InMemory {

        private final InMemoryTransport near = InMemoryTransport.pair();
        private final XyEndpoint endpoint = endpoint(XyEndpoint.builder());
        private final Semaphore answers = new Semaphore(0);
        private final byte[] utf8 = call(100);
        private final OutgoingMessage call = new OutgoingMessage(utf8, utf8.length);

        @Setup
        public void open() {
            near.other().start(endpoint.open(near.other(), HANDSHAKE, Map.of()));
            near.start(new Counting(answers));
        }

        @TearDown
        public void close() {
            endpoint.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public void answerInMemory(InMemory state) throws Exception {
        for (int i = 0; i < BURST; i++) {
            var unused = state.near.send(state.call, i == BURST - 1);
        }
        state.answers.acquire(BURST);
    }

    /** Calls to a peer that answers as soon as the call is written. */
    @State(Scope.Benchmark)
    public static class Outgoing {

        private final AnsweringTransport transport = new AnsweringTransport(true);
        private final XyEndpoint endpoint = endpoint(XyEndpoint.builder().executor(Runnable::run));
        private final Item item = Item.ofCallSize(100);
        private @Nullable XyPeer peer;

        @Setup
        public void open() {
            transport.start(endpoint.open(transport, HANDSHAKE, Map.of()));
            peer = endpoint.peers().iterator().next();
        }

        @TearDown
        public void close() {
            endpoint.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public void callAndBeAnswered(Outgoing state) {
        CompletableFuture<?>[] calls = new CompletableFuture<?>[BURST];
        for (int i = 0; i < BURST && state.peer != null; i++) {
            calls[i] = state.peer.call("echo", state.item, Item.class);
        }
        CompletableFuture.allOf(calls).join();
    }

    /** Events to many peers: encoded once, queued for each. */
    @State(Scope.Benchmark)
    public static class Everybody {

        @Param({"1", "1000"})
        public int peers;

        private final XyEndpoint endpoint =
                endpoint(XyEndpoint.builder().limits(XyLimits.DEFAULT.withSendBufferSize(1 << 28)));
        private final Item item = Item.ofCallSize(100);

        @Setup
        public void open() {
            for (int i = 0; i < peers; i++) {
                endpoint.open(new AnsweringTransport(false), HANDSHAKE, Map.of());
            }
        }

        @TearDown
        public void close() {
            endpoint.close();
        }
    }

    @Benchmark
    public int broadcast(Everybody state) {
        return state.endpoint.broadcaster().broadcast("changed", state.item);
    }

    private record Counting(Semaphore messages) implements Transport.Receiver {

        @Override
        public void onText(byte[] utf8, int offset, int length) {
            messages.release();
        }

        @Override
        public void onPing() {}

        @Override
        public void onWritable() {}

        @Override
        public void onPong() {}

        @Override
        public void onPart(int length, int held) {}

        @Override
        public void onViolation(int code, String reason) {}

        @Override
        public void onClosed(int code, String reason) {}
    }
}
