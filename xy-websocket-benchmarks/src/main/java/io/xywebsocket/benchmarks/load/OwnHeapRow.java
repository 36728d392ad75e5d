package io.xywebsocket.benchmarks.load;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the engine itself keeps for a connection, in this process, without a container: its own objects and all that hangs on them. */
record OwnHeapRow(String id, int connections) implements Row {

    static final String NUMBER = "idle heap of our own, KiB a connection";

    @Override
    public void run(Bench bench) {
        try (XyEndpoint endpoint = XyEndpoint.builder().build()) {
            List<Transport.Receiver> receivers = new ArrayList<>(connections);
            receivers.add(open(endpoint, 0));
            long before = heap();
            for (int i = 1; i < connections; i++) {
                Transport.Receiver receiver = open(endpoint, i);
                byte[] call = ("{\"e\":\"c.nobody\",\"p\":1,\"id\":\"" + i + "\"}").getBytes(StandardCharsets.UTF_8);
                receiver.onText(call, 0, call.length);
                receivers.add(receiver);
            }
            Bench.sleep(0.5);
            double own = (heap() - before) / 1024.0 / connections;
            bench.results.put(NUMBER, own);
            bench.say(String.format(Locale.ROOT, "our own: %.2f KiB a connection", own));
            receivers.forEach(receiver -> receiver.onClosed(1006, ""));
        }
    }

    /** With the headers that a handshake has at least. */
    private static Transport.Receiver open(XyEndpoint endpoint, int number) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : List.of("host", "upgrade", "connection", "sec-websocket-version", "sec-websocket-key")) {
            headers.put(name, List.of(name + " of " + number));
        }
        URI uri = URI.create("http://127.0.0.1:8080/ws");
        return endpoint.open(
                new Nowhere(), XyHandshake.builder(uri).headers(headers).build(), Map.of());
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Takes everything and keeps nothing. */
    private static final class Nowhere implements Transport {
        @Override
        public boolean send(OutgoingMessage message, boolean last) {
            return true;
        }

        @Override
        public boolean ping() {
            return true;
        }

        @Override
        public long progress() {
            return 0;
        }

        @Override
        public void close(int code, String reason) {}

        @Override
        public void abort() {}

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}
    }
}
