package io.xywebsocket.websocket;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Netty's decoder, its check of UTF-8, its aggregator, and its permessage-deflate. */
final class NettyCodec implements OtherCodec {

    private final boolean masked;

    /** @param masked whether it reads as a server */
    NettyCodec(boolean masked) {
        this.masked = masked;
    }

    @Override
    public Told read(List<byte[]> pieces, int max, boolean compression) {
        Notes notes = new Notes(max);
        EmbeddedChannel channel = new EmbeddedChannel(handlers(max, compression, notes));
        for (byte[] piece : pieces) {
            if (!notes.ended) {
                channel.writeInbound(Unpooled.wrappedBuffer(piece.clone()));
            }
        }
        channel.finishAndReleaseAll();
        return new Told(notes.lines, notes.reason);
    }

    @Override
    public @Nullable String difference(String ours, @Nullable String why, String theirs, @Nullable String theirReason) {
        if (why != null && why.startsWith("close frame") && ours.startsWith("refused")) {
            if (theirs.equals("refused 1007")) {
                return "refuses a wrong close frame with 1007";
            }
            if (theirs.startsWith("close")) {
                return ours.equals("refused 1007")
                        ? "takes a reason that ends in a cut character"
                        : Integer.parseInt(theirs.split(" ")[1]) >= 5000 ? "takes close codes beyond 4999" : null;
            }
        }
        if (ours.equals("refused 1003")) {
            return "takes binary messages up to their end";
        }
        if (theirReason != null && theirReason.contains("did not read anything but decoded a message")) {
            return "fails when decompressing goes on without input";
        }
        if (theirReason != null && theirReason.contains("cannot read uncompressed buffer")) {
            return "takes no fragment of a compressed message that becomes nothing";
        }
        return "reserved bit set".equals(why) && ours.startsWith("refused")
                ? "takes all reserved bits once there are extensions"
                : null;
    }

    private ChannelHandler[] handlers(int max, boolean compression, ChannelHandler last) {
        List<ChannelHandler> handlers = new ArrayList<>();
        handlers.add(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(compression ? max + max / 8 + 1024 : max)
                .expectMaskedFrames(masked)
                .closeOnProtocolViolation(false)
                .allowExtensions(compression)
                .build()));
        if (compression) {
            handlers.add(new PerMessageDeflateServerExtensionHandshaker(6, false, 15, true, true)
                    .handshakeExtension(
                            new WebSocketExtensionData("permessage-deflate", Map.of("client_no_context_takeover", "")))
                    .newExtensionDecoder());
        }
        handlers.add(new Utf8FrameValidator(false));
        handlers.add(new WebSocketFrameAggregator(max));
        handlers.add(last);
        return handlers.toArray(new ChannelHandler[0]);
    }

    /** Takes frames and failures in the order in which they come, up to the first that ends it. */
    private static final class Notes extends ChannelInboundHandlerAdapter {

        final List<String> lines = new ArrayList<>();
        private final int max;

        @Nullable
        String reason;

        boolean ended;

        Notes(int max) {
            this.max = max;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!ended) {
                WebSocketFrame frame = (WebSocketFrame) message;
                String line = line(frame);
                lines.add(line);
                ended = line.startsWith("refused") || frame instanceof CloseWebSocketFrame;
            }
            ReferenceCountUtil.release(message);
        }

        private String line(WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                boolean tooLarge = text.content().readableBytes() > max;
                return tooLarge ? "refused 1009" : "text " + text.text();
            }
            if (frame instanceof CloseWebSocketFrame close) {
                int code = close.statusCode() < 0 ? 1005 : close.statusCode();
                return "close " + code + " " + close.reasonText();
            }
            if (frame instanceof PingWebSocketFrame) {
                return "ping " + frame.content().toString(StandardCharsets.UTF_8);
            }
            return frame instanceof PongWebSocketFrame ? "pong" : "refused 1003"; // it reads binary messages
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!ended) {
                lines.add("refused " + code(cause));
                reason = cause.toString();
                ended = true;
            }
        }
    }

    private static int code(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof CorruptedWebSocketFrameException corrupted) {
                return corrupted.closeStatus().code();
            }
            if (t instanceof TooLongFrameException) {
                return 1009;
            }
        }
        return 1007; // its Inflater's
    }
}
