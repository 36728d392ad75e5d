package io.xywebsocket.websocket;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our reader beside others, on the same bytes in the same pieces: they must tell of the same and refuse the same, but for what is known. */
final class Comparison {

    static final String SAME = "same";

    private static final @Nullable PerMessageDeflate AGREED =
            PerMessageDeflate.negotiate(List.of("permessage-deflate"));

    private Comparison() {}

    /**
     * Compares with one other.
     *
     * @return {@link #SAME}, or the known difference at which their ways part
     */
    static String with(OtherCodec other, List<byte[]> pieces, int max, boolean compression) {
        ReadFrames ours = new ReadFrames();
        FrameReader reader = new FrameReader(true, max, compression ? AGREED : null, ours);
        for (byte[] piece : pieces) {
            reader.read(ByteBuffer.wrap(piece.clone()));
        }
        OtherCodec.Told theirs = other.read(pieces, max, compression);
        if (ours.told.equals(theirs.told())) {
            return SAME;
        }
        int at = 0;
        while (line(ours.told, at).equals(line(theirs.told(), at))) {
            at++;
        }
        String difference = difference(other, ours, theirs, at, compression);
        if (difference == null) {
            throw new AssertionError("We read " + ours.told + " (" + ours.reason + "), and "
                    + other.getClass().getSimpleName() + " reads " + theirs);
        }
        return difference;
    }

    private static @Nullable String difference(
            OtherCodec other, ReadFrames ours, OtherCodec.Told theirs, int at, boolean compression) {
        String our = line(ours.told, at);
        String their = line(theirs.told(), at);
        String known = other.difference(our, ours.reason, their, theirs.reason());
        if (known != null) {
            return known;
        }
        boolean moreTexts = ours.told.stream().skip(at).anyMatch(line -> line.startsWith("text"));
        if (compression && !moreTexts && (their.equals("refused 1007") || their.equals("refused 1009"))) {
            return "decompresses fragments as they come, and so refuses a message before its end";
        }
        if (compression && "message that can't be decompressed".equals(ours.reason) && their.startsWith("text")) {
            return "takes compressed data that is cut";
        }
        boolean refusedRest = our.equals("refused 1007") || our.equals("refused 1009");
        if (compression && their.startsWith("text") && (our.startsWith(their) || refusedRest)) {
            return "reads a compressed message up to its first block with BFINAL set";
        }
        return our.startsWith("refused") && their.startsWith("refused")
                ? "names another fault of the same frame"
                : null;
    }

    private static String line(List<String> told, int at) {
        return at < told.size() ? told.get(at) : "nothing more";
    }
}
