package io.xywebsocket.websocket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What another codec reads, in the words of {@link ReadFrames}. */
interface OtherCodec {

    /**
     * @param told   up to what ended it: a line that begins with "close" or "refused"
     * @param reason why it was refused, in the other's words
     */
    record Told(List<String> told, @Nullable String reason) {}

    Told read(List<byte[]> pieces, int max, boolean compression);

    /**
     * In what the other is known to differ from ours.
     *
     * @param ours   the line where they part; what breaks the protocol if it begins with "refused"
     * @param why    our reason for refusing, if that is what we did in the end
     * @param theirs the other's line
     * @return null if this is no known difference
     */
    @Nullable
    String difference(String ours, @Nullable String why, String theirs, @Nullable String theirReason);
}
