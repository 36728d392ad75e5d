package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;
import io.xywebsocket.benchmarks.load.generator.Crowd;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.Locale;

/** What a connection costs in heap once it has made a call and does nothing. */
record IdleRow(String id, int connections, ServerKind... servers) implements Row {

    private static final int FIRST = 100;

    @Override
    public void run(Bench bench) {
        bench.wanted(servers).forEach(kind -> measure(bench, kind));
    }

    private void measure(Bench bench, ServerKind kind) {
        try (ServerProcess server = bench.fresh(kind, "-Xmx3g");
                Crowd crowd = new Crowd(bench.generator, server.target())) {
            visit(bench, crowd, FIRST); // what is there once, however many connections there are
            long heapBefore = server.askNumber("heap");
            long ownBefore = server.askNumber("histogram io.xywebsocket.");
            visit(bench, crowd, connections);
            int more = connections - FIRST;
            double heap = (server.askNumber("heap") - heapBefore) / 1024.0 / more;
            double own = (server.askNumber("histogram io.xywebsocket.") - ownBefore) / 1024.0 / more;
            bench.results.put(heap(kind), heap);
            bench.results.put(own(kind), own);
            bench.say(String.format(
                    Locale.ROOT, "%s: %.1f KiB a connection, instances of ours %.2f KiB", kind.title, heap, own));
        }
    }

    private static void visit(Bench bench, Crowd crowd, int connections) {
        Tally tally = new Tally();
        Calls calls = new Calls(Payloads.calls(1, true), crowd.target(), tally);
        var clients = crowd.of(connections);
        bench.generator.run(() -> {
            calls.start(clients);
            calls.stop();
        });
        bench.await("every call is answered", () -> bench.generator.ask(tally::outstanding) == 0, tally);
    }

    static String heap(ServerKind kind) {
        return "idle heap, KiB a connection: " + kind.title;
    }

    static String own(ServerKind kind) {
        return "idle heap in instances of io.xywebsocket, KiB a connection: " + kind.title;
    }
}
