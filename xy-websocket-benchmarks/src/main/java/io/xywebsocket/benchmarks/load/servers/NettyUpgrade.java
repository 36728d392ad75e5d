package io.xywebsocket.benchmarks.load.servers;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.websocket.BufferPool;
import io.xywebsocket.websocket.Handshake;
import io.xywebsocket.websocket.WebSocketTransport;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Takes the request to {@code /ws}, and gives the channel to a {@link NettyWire}. The server is that of the load run: nobody is asked who they are. */
final class NettyUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final String PATH = "/ws";
    private static final int MAX_REQUEST = 8192;
    private static final String VERSION = "13";

    private final XyEndpoint endpoint;
    private final BiFunction<? super Transport, ? super XyHandshake, Transport.Receiver> opening;

    private NettyUpgrade(
            XyEndpoint endpoint, BiFunction<? super Transport, ? super XyHandshake, Transport.Receiver> opening) {
        this.endpoint = endpoint;
        this.opening = opening;
    }

    /**
     * What makes a channel, not yet read, wait for that request.
     *
     * @param endpoint has the bounds
     * @param opening  says who hears what arrives on a connection
     */
    static Consumer<Channel> of(
            XyEndpoint endpoint, BiFunction<? super Transport, ? super XyHandshake, Transport.Receiver> opening) {
        return channel -> {
            channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(BufferPool.SIZE));
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MAX_REQUEST),
                            new NettyUpgrade(endpoint, opening));
        };
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!isUpgrade(request)) {
            context.writeAndFlush(response(HttpResponseStatus.BAD_REQUEST)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        context.writeAndFlush(switching(request));
        Channel channel = context.channel();
        NettyWire wire = new NettyWire(
                channel,
                made -> new WebSocketTransport(
                        made, endpoint.clock(), endpoint.limits().maxMessageSize(), null));
        channel.pipeline().addLast(wire);
        wire.transport().start(opening.apply(wire.transport(), handshake(request)));
        wire.upgraded();
        channel.pipeline().remove(this);
        channel.pipeline().remove(HttpObjectAggregator.class);
        channel.pipeline().remove(HttpServerCodec.class); // which hands over what it has read behind the request
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
        context.close();
    }

    /** RFC 6455 §4.2.1. */
    private static boolean isUpgrade(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.decoderResult().isSuccess()
                && request.method().equals(HttpMethod.GET)
                && request.uri().equals(PATH)
                && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))
                && Handshake.isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    }

    private static FullHttpResponse switching(FullHttpRequest request) {
        FullHttpResponse response = response(HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(
                        HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                        Handshake.accept(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY)));
        return response;
    }

    private static FullHttpResponse response(HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        if (status.equals(HttpResponseStatus.BAD_REQUEST)) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        return response;
    }

    private static XyHandshake handshake(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        Map<String, List<String>> all = headers.names().stream()
                .collect(Collectors.toMap(
                        name -> name,
                        headers::getAll,
                        (one, other) -> one,
                        () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER)));
        return XyHandshake.builder(URI.create(PATH)).headers(all).build();
    }
}
