package io.xywebsocket.websocket;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes at all, read in pieces; beside Netty's codec and Jetty's. Not where there is compression: there the fuzzer finds ever more faults of
 * theirs, so it only has to be the same to us however it is cut.
 */
class CodecFuzzTests {

    private static final int MAX = 1000;

    /** @param input a byte for compression, one for the size of the pieces, then what comes from the wire */
    @FuzzTest(maxDuration = "6s")
    void readsAsOthersDo(byte[] input) {
        if (input.length < 2) {
            return;
        }
        boolean compression = (input[0] & 1) != 0;
        int size = 1 + (input[1] & 0xff);
        byte[] stream =
                Arrays.copyOfRange(input, 2, input.length + 2 * MAX + 1200); // what every reader refuses ends it
        if (compression) {
            ReadFrames.read(true, MAX, PerMessageDeflate.negotiate(List.of("permessage-deflate")), stream);
            return;
        }
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < stream.length; at += size) {
            pieces.add(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + size)));
        }
        Comparison.with(new NettyCodec(true), pieces, MAX, false);
        Comparison.with(new JettyCodec(), pieces, MAX, false);
    }
}
