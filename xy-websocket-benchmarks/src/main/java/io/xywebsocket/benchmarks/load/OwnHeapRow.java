package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.servers.SilentPeers;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the engine itself keeps for a connection, in this process, without a container: its own objects and all that hangs on them. */
record OwnHeapRow(String id, int connections) implements Row {

    static final String NUMBER = "idle heap of our own, KiB a connection";

    @Override
    public void run(Bench bench) {
        try (XyEndpoint endpoint = XyEndpoint.builder().build()) {
            List<Transport.Receiver> receivers = new ArrayList<>(connections);
            receivers.add(SilentPeers.open(endpoint, 0, null));
            long before = heap();
            for (int i = 1; i < connections; i++) {
                Transport.Receiver receiver = SilentPeers.open(endpoint, i, null);
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

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
