package io.xywebsocket.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Utf8StringBuilder;
import org.eclipse.jetty.websocket.core.Behavior;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.ExtensionConfig;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.exception.BadPayloadException;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.eclipse.jetty.websocket.core.exception.MessageTooLargeException;
import org.eclipse.jetty.websocket.core.internal.FrameSequence;
import org.eclipse.jetty.websocket.core.internal.Parser;
import org.eclipse.jetty.websocket.core.internal.PerMessageDeflateExtension;
import org.eclipse.jetty.websocket.core.util.FrameValidation;
import org.jspecify.annotations.Nullable;

/** Jetty's parser, checks and permessage-deflate, put together as its own session does. */
final class JettyCodec implements OtherCodec {

    @Override
    public Told read(List<byte[]> pieces, int max, boolean compression) {
        return new Session(max, compression).read(pieces);
    }

    @Override
    public @Nullable String difference(String ours, @Nullable String why, String theirs, @Nullable String theirReason) {
        boolean longControlFrame = "control frame longer than 125 bytes".equals(why) && !theirs.startsWith("refused");
        if (ours.equals("refused 1002") && ("length in more bytes than it needs".equals(why) || longControlFrame)) {
            return "takes lengths in more bytes than they need";
        }
        boolean refused = ours.equals("refused 1002") || ours.equals("refused 1003");
        return refused && theirs.equals("refused 1009") ? "looks at a frame's length before all else" : null;
    }

    private static final class Session extends CoreSession.Empty {

        private static final WebSocketComponents COMPONENTS = new WebSocketComponents();

        private final int max;
        private final List<String> told = new ArrayList<>();
        private final FrameSequence sequence = new FrameSequence();
        private final @Nullable PerMessageDeflateExtension extension;
        private Utf8StringBuilder text = new Utf8StringBuilder();
        private int length;
        private @Nullable Throwable failure;
        private boolean closed;

        private Session(int max, boolean compression) {
            this.max = max;
            setMaxFrameSize(0);
            setAutoFragment(true);
            extension = compression ? extension() : null;
        }

        private PerMessageDeflateExtension extension() {
            PerMessageDeflateExtension deflate = new PerMessageDeflateExtension();
            deflate.init(ExtensionConfig.parse("permessage-deflate; client_no_context_takeover"), COMPONENTS);
            deflate.setCoreSession(this);
            deflate.setNextDemand(() -> {});
            deflate.setNextIncomingFrames((frame, callback) -> {
                try {
                    take(frame);
                    callback.succeeded();
                    deflate.demand();
                } catch (Throwable t) {
                    callback.failed(t);
                }
            });
            deflate.demand();
            return deflate;
        }

        Told read(List<byte[]> pieces) {
            Parser parser = new Parser(COMPONENTS.getByteBufferPool(), new LimitedFrames());
            try {
                for (byte[] piece : pieces) {
                    ByteBuffer buffer = ByteBuffer.wrap(piece.clone());
                    while (failure == null && !closed && buffer.hasRemaining()) {
                        try (Frame.Parsed frame = parser.parse(buffer)) {
                            if (frame != null) {
                                frame(frame);
                            }
                        }
                    }
                }
            } catch (Throwable t) {
                failure = t;
            }
            if (extension != null) {
                extension.close();
            }
            if (failure == null) {
                return new Told(told, null);
            }
            told.add("refused " + (failure instanceof CloseException e ? e.getStatusCode() : CloseStatus.PROTOCOL));
            return new Told(told, failure.toString());
        }

        private void frame(Frame.Parsed frame) {
            FrameValidation.assertValidIncoming(frame, this);
            sequence.check(frame.getOpCode(), frame.isFin());
            if (extension == null || frame.isControlFrame()) {
                take(frame); // beside the extension, which loses what it has of a message when a control frame comes
            } else {
                extension.onFrame(frame, Callback.from(() -> {}, t -> failure = failure == null ? t : failure));
            }
        }

        private void take(Frame frame) {
            switch (frame.getOpCode()) {
                case OpCode.PING -> told.add("ping " + BufferUtil.toString(frame.getPayload(), StandardCharsets.UTF_8));
                case OpCode.PONG -> told.add("pong");
                case OpCode.CLOSE -> {
                    CloseStatus status = CloseStatus.getCloseStatus(frame);
                    told.add(
                            "close " + status.getCode() + " " + (status.getReason() == null ? "" : status.getReason()));
                    closed = true;
                }
                case OpCode.BINARY -> throw new CloseException(CloseStatus.BAD_DATA, "binary");
                default -> text(frame);
            }
        }

        private void text(Frame frame) {
            length += frame.getPayloadLength();
            if (length > max) {
                throw new MessageTooLargeException("too large");
            }
            text.append(frame.getPayload().slice());
            if (frame.isFin()) {
                text.complete();
            }
            if (text.hasCodingErrors()) {
                throw new BadPayloadException("no UTF-8");
            }
            if (frame.isFin()) {
                told.add("text " + text.takeCompleteString(() -> new IllegalStateException("no UTF-8")));
                text = new Utf8StringBuilder();
                length = 0;
            }
        }

        @Override
        public Behavior getBehavior() {
            return Behavior.SERVER;
        }

        @Override
        public boolean isRsv1Used() {
            return extension != null;
        }

        /** Its parser takes frames up to the limit in one piece, as ours and Netty's do. */
        private final class LimitedFrames
                extends org.eclipse.jetty.websocket.core.Configuration.ConfigurationCustomizer {

            LimitedFrames() {
                setMaxFrameSize(extension == null ? max : max + max / 8 + 1024);
                setAutoFragment(false);
            }
        }
    }
}
