package io.xywebsocket.benchmarks.load.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.xywebsocket.engine.ManualClock;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.RecordingReceiver;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of the seam on the transport over Netty, with a client of Netty's own. */
class NettyWireTests implements TransportContract {

    private static final EventLoopGroup LOOPS = new NioEventLoopGroup(2);
    private static final BlockingQueue<Transport.Receiver> HEARING = new LinkedBlockingQueue<>();
    private static final BlockingQueue<Transport> OPENED = new LinkedBlockingQueue<>();
    private static final XyEndpoint ENDPOINT =
            XyEndpoint.builder().clock(new ManualClock()).build();
    private static Channel server;

    @BeforeAll
    static void start() throws InterruptedException {
        server = NettyServers.listen(LOOPS, NettyUpgrade.of(ENDPOINT, (transport, handshake) -> {
            OPENED.add(transport);
            return HEARING.remove();
        }));
    }

    @AfterAll
    static void stop() {
        server.close();
        ENDPOINT.close();
        LOOPS.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }

    @Override
    public FarEnd open(Transport.Receiver receiver) throws Exception {
        HEARING.add(receiver);
        FarEnd far = new FarEnd(NettyServers.port(server));
        far.near = OPENED.poll(10, TimeUnit.SECONDS);
        return far;
    }

    /** Here a no may also mean that the channel's loop has not come to writing yet; there is room soon then. */
    @Override
    @Test
    public void neverBlocksThoughTheFarEndDoesNotReadAndTellsOfRoomOnceItReadsOn() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (FarEnd far = open(receiver)) {
            far.stopReading();
            int refused = 0;
            do {
                while (far.near().send(OutgoingMessage.of("x".repeat(64 << 10)), true)) {
                    assertThat(receiver.timesWritable()).isEqualTo(refused);
                }
                assertThat(++refused).as("messages to an end that doesn't read").isLessThan(10_000);
            } while (isWritableBeforeAStandstill(far.near(), receiver, refused));
            long stalled = far.near().progress();

            far.readOn();
            assertThat(receiver.awaitWritable(refused - 1)).isTrue();
            assertThat(far.near().progress()).isGreaterThan(stalled);
            TransportContract.send(far, receiver, "the last", true);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> far.textsAtFarEnd().contains("the last"));
        }
    }

    private static boolean isWritableBeforeAStandstill(Transport near, RecordingReceiver receiver, int times) {
        AtomicLong seen = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> {
                    long now = near.progress();
                    return receiver.timesWritable() == times || seen.getAndSet(now) == now;
                });
        return receiver.timesWritable() == times;
    }

    @Test
    void losesNothingThatWasSentThoughTheFarEndHasEndedItsDirection() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        String large = "x".repeat(16 << 20); // more than the kernel keeps
        try (FarEnd far = open(receiver)) {
            far.stopReading();
            far.near().send(OutgoingMessage.of(large), true);
            far.endOutput();
            receiver.awaitClosed();

            far.readOn();

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !far.textsAtFarEnd().isEmpty());
            assertThat(far.textsAtFarEnd().get(0).equals(large)).isTrue();
            await().until(() -> far.closedAtFarEnd() != null);
        }
    }

    private static final class FarEnd extends SimpleChannelInboundHandler<WebSocketFrame> implements Wire {

        private static final Closed GONE = new Closed(1006, "");

        private final Channel channel;
        private final CompletableFuture<Void> open = new CompletableFuture<>();
        private final List<String> texts = new CopyOnWriteArrayList<>();
        private final AtomicInteger pings = new AtomicInteger();
        private final AtomicReference<Closed> closed = new AtomicReference<>();
        private Transport near;

        FarEnd(int port) throws Exception {
            URI uri = URI.create("ws://127.0.0.1:" + port + "/ws");
            WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                    uri, WebSocketVersion.V13, null, false, EmptyHttpHeaders.INSTANCE, 64 << 20);
            channel = new Bootstrap()
                    .group(LOOPS)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline()
                                    .addLast(
                                            new HttpClientCodec(),
                                            new HttpObjectAggregator(8192),
                                            new Pings(),
                                            new WebSocketClientProtocolHandler(handshaker, false, false),
                                            FarEnd.this);
                        }
                    })
                    .connect("127.0.0.1", port)
                    .sync()
                    .channel();
            open.get(10, TimeUnit.SECONDS);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                open.complete(null);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                texts.add(text.text());
            } else if (frame instanceof CloseWebSocketFrame close) {
                closed.compareAndSet(null, new Closed(close.statusCode(), close.reasonText()));
                context.writeAndFlush(close.retain());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed.compareAndSet(null, GONE);
        }

        /** What is seen of a reset; the channel is inactive after it. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
            context.close();
        }

        /** Counts them before Netty answers them, of which it tells nobody. */
        private final class Pings extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof PingWebSocketFrame) {
                    pings.incrementAndGet();
                }
                context.fireChannelRead(message);
            }
        }

        @Override
        public Transport near() {
            return near;
        }

        @Override
        public List<String> textsAtFarEnd() {
            return texts;
        }

        @Override
        public int pingsAtFarEnd() {
            return pings.get();
        }

        @Override
        public Closed closedAtFarEnd() {
            return closed.get();
        }

        @Override
        public void send(String text) throws IOException {
            write(new TextWebSocketFrame(text));
        }

        @Override
        public void ping() throws IOException {
            write(new PingWebSocketFrame());
        }

        @Override
        public void pong() throws IOException {
            write(new PongWebSocketFrame());
        }

        @Override
        public void close(int code, String reason) throws IOException {
            write(code == 1005 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, reason));
        }

        private void write(WebSocketFrame frame) throws IOException {
            try {
                channel.writeAndFlush(frame).get(60, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        @Override
        public void vanish() {
            channel.close();
        }

        void endOutput() throws InterruptedException {
            ((DuplexChannel) channel).shutdownOutput().sync();
        }

        @Override
        public void stopReading() {
            channel.config().setAutoRead(false);
        }

        @Override
        public void readOn() {
            channel.config().setAutoRead(true);
        }

        @Override
        public void close() {
            near.abort();
            channel.config().setOption(ChannelOption.AUTO_READ, true);
            channel.close();
        }
    }
}
