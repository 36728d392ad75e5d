package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.ClusterBench.Way;
import io.xywebsocket.benchmarks.load.generator.Answers;
import io.xywebsocket.benchmarks.load.generator.Calls;
import io.xywebsocket.benchmarks.load.generator.Deliveries;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** All rows of the cluster run, in the order in which they are measured. */
final class ClusterRows {

    static final String HEAP = "presence of 30,000 members: bytes a member and node";

    /** The longest time in seconds for which a server may be busy before it replies. */
    private static final int ONE_COMMAND = 40;

    private static final int GROUP = 10;
    private static final int AT_ONCE = 20;
    private static final int NOTE = Payloads.noteLength(Payloads.SMALL);
    private static final int EVENT_NOTE = Payloads.eventNoteLength(Payloads.SMALL);

    private ClusterRows() {}

    static List<ClusterRow> all() {
        return List.of(
                new ClusterRow("local-calls-d1", bench -> localCalls(bench, "local-calls-d1", 1)),
                new ClusterRow("local-calls-d16", bench -> localCalls(bench, "local-calls-d16", 16)),
                new ClusterRow("local-broadcast-1000", ClusterRows::localBroadcast),
                new ClusterRow("cluster-broadcast-3x1000", ClusterRows::clusterBroadcast),
                new ClusterRow("remote-calls-d1", bench -> remoteCalls(bench, "remote-calls-d1", 64)),
                new ClusterRow("remote-calls-alone", bench -> remoteCalls(bench, "remote-calls-alone", 1)),
                new ClusterRow("call-many-3x333", ClusterRows::callMany),
                new ClusterRow("no-member-here", ClusterRows::noMemberHere),
                new ClusterRow("group-of-10", ClusterRows::smallGroup),
                new ClusterRow("presence-30000", ClusterRows::presence),
                new ClusterRow("recovery-3x1000", new Recovery("recovery-3x1000", 1000)),
                new ClusterRow("socket-io-2x1000", ClusterRows::socketIo));
    }

    /** Clients call the node that they are connected to. */
    private static void localCalls(ClusterBench bench, String row, int depth) {
        Calls.Shape shape = Payloads.calls(depth, true);
        bench.compare(
                row,
                List.of(
                        localCalls(bench, "no cluster", bench.single(), shape),
                        localCalls(bench, "the only node", bench.cluster(1), shape),
                        localCalls(bench, "one of two nodes", bench.cluster(2).firstOnly(), shape)));
    }

    private static Way localCalls(ClusterBench bench, String title, Nodes nodes, Calls.Shape shape) {
        return new Way(
                title,
                nodes,
                seconds -> bench.bench.load(nodes.first(), 64, shape, bench.bench.options.ramp(), seconds));
    }

    /** Events to everybody, who are all connected to one node; only that one's CPU counts. */
    private static void localBroadcast(ClusterBench bench) {
        bench.cluster(2).places.forEach(place -> place.crowd().shrinkTo(0));
        bench.compare(
                "local-broadcast-1000",
                List.of(
                        broadcast(bench, "no cluster", bench.single(), 1000),
                        broadcast(bench, "the only node", bench.cluster(1).firstOnly(), 1000),
                        broadcast(bench, "one of two nodes", bench.cluster(2).firstOnly(), 1000)));
    }

    private static Way broadcast(ClusterBench bench, String title, Nodes nodes, int each) {
        return new Way(
                title, nodes, seconds -> BroadcastRow.broadcast(bench.bench, nodes, each, 1, Payloads.SMALL, seconds));
    }

    private static void clusterBroadcast(ClusterBench bench) {
        bench.compare(
                "cluster-broadcast-3x1000",
                List.of(
                        broadcast(bench, "3,000 of a single server", bench.large(), 3000),
                        broadcast(bench, "1,000 of a single server", bench.single(), 1000),
                        broadcast(bench, "1,000 on each of three nodes", bench.cluster(3), 1000),
                        broadcast(bench, "1,000 on each of three servers, no cluster", bench.strangers(3), 1000)));
        awaitNothingLost(bench, bench.cluster(3));
    }

    private static void awaitNothingLost(ClusterBench bench, Nodes nodes) {
        nodes.places.forEach(place -> {
            long lost = place.server().askNumber("lost");
            if (lost > 0) {
                throw new IllegalStateException(place.server().kind + " has lost " + lost + " events");
            }
        });
        bench.bench.say("no events lost");
    }

    /** A server calls 64 members, each of them again when it has answered; or only one. */
    private static void remoteCalls(ClusterBench bench, String row, int members) {
        Nodes nodes = bench.cluster(3);
        bench.compare(
                row,
                List.of(
                        calls(bench, "peers of this node", nodes, "local", members),
                        calls(bench, "members of other nodes", nodes, "remote", members)));
    }

    private static Way calls(ClusterBench bench, String title, Nodes nodes, String which, int members) {
        String command = "calls " + which + " " + members + " " + NOTE + " ";
        return new Way(title, nodes, seconds -> {
            Tally tally = answer(bench, nodes, 64);
            nodes.first().server().ask(command + bench.bench.options.ramp());
            double left = seconds;
            for (; left > ONE_COMMAND; left -= ONE_COMMAND) { // of a long warm-up only the end is measured
                nodes.first().server().ask(command + ONE_COMMAND);
            }
            bench.bench.generator.ask(tally::take);
            Figures.Reading before = nodes.reading();
            String[] words = nodes.first().server().ask(command + left).split(" ");
            Figures.Reading after = nodes.reading();
            Tally.Count count = bench.bench.generator.ask(tally::take);
            if (count.messages() != Long.parseLong(words[0])) {
                throw new IllegalStateException(count.messages() + " calls came of " + words[0]);
            }
            return Figures.between(before, after, count)
                    .withLatencies(micros(words[1]), micros(words[2]), micros(words[3]));
        });
    }

    private static double micros(String nanos) {
        return Long.parseLong(nanos) / 1e3;
    }

    /** So many clients at each node answer what they are asked from now on. */
    private static Tally answer(ClusterBench bench, Nodes nodes, int each) {
        Tally tally = new Tally();
        Answers answers = new Answers(Payloads.item(10, NOTE).length(), true, tally);
        var clients = nodes.connect(bench.bench, each);
        bench.bench.generator.run(() -> clients.forEach(client -> client.play(answers)));
        return tally;
    }

    private static void callMany(ClusterBench bench) {
        bench.compare(
                "call-many-3x333",
                List.of(
                        ask(bench, "a loop over 999 local peers", bench.single(), 999, "each"),
                        ask(bench, "an audience of 999 local peers", bench.single(), 999, "audience"),
                        ask(bench, "an audience of 333 on each of three nodes", bench.cluster(3), 333, "audience"),
                        ask(bench, "333 on each of three servers, no cluster", bench.strangers(3), 333, "audience")));
    }

    private static Way ask(ClusterBench bench, String title, Nodes nodes, int each, String how) {
        return new Way(title, nodes, seconds -> {
            Tally tally = answer(bench, nodes, each);
            ask(nodes, how, each);
            bench.bench.generator.ask(tally::take);
            Figures.Reading before = nodes.reading();
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (System.nanoTime() < end) {
                ask(nodes, how, each);
            }
            return Figures.between(before, nodes.reading(), bench.bench.generator.ask(tally::take));
        });
    }

    /** The first node of a cluster asks the members of all; servers without a cluster ask their own, all at once. */
    private static void ask(Nodes nodes, String how, int each) {
        List<CompletableFuture<Long>> asked = nodes.senders().stream()
                .map(server -> CompletableFuture.supplyAsync(
                        () -> server.askNumber("ask " + how + " " + NOTE), task -> new Thread(task).start()))
                .toList();
        long right = asked.stream().mapToLong(CompletableFuture::join).sum();
        long expected = (long) each * nodes.places.size();
        if (right != expected) {
            throw new IllegalStateException("Only " + right + " of " + expected + " have answered");
        }
    }

    /** Events to a group without members: what they cost a node that is sent them. */
    private static void noMemberHere(ClusterBench bench) {
        bench.compare(
                "no-member-here",
                List.of(pace(bench, "10,000 a second", 10_000), pace(bench, "50,000 a second", 50_000)));
        awaitNothingLost(bench, bench.cluster(3));
    }

    private static Way pace(ClusterBench bench, String title, int perSecond) {
        Nodes nodes = bench.cluster(3);
        return new Way(title, nodes, seconds -> {
            // as the system counts CPU in hundredths of a second
            double longer = Math.min(4 * seconds, ONE_COMMAND);
            var clients = nodes.connect(bench.bench, 1);
            ServerProcess sender = nodes.first().server();
            ServerProcess bystander = nodes.last().server();
            Tally tally = new Tally();
            Deliveries deliveries = new Deliveries(sender.target(), tally);
            bench.bench.generator.run(() -> deliveries.listen(clients));
            Figures.Reading before = Figures.Reading.of(bystander);
            long sent = sender.askNumber("pace nobody " + perSecond + " " + longer);
            // what comes later has been handled later
            BroadcastRow.send(
                    bench.bench, List.of(sender), deliveries, clients.size(), "broadcast 1 1000 " + EVENT_NOTE);
            Figures.Reading after = Figures.Reading.of(bystander);
            return Figures.between(before, after, new Tally.Count(sent, new Histogram(3)));
        });
    }

    /** Events to ten of many peers. */
    private static void smallGroup(ClusterBench bench) {
        int peers = 10_000;
        Nodes nodes = bench.single();
        nodes.connect(bench.bench, peers);
        nodes.first().server().ask("join ten " + GROUP);
        bench.compare(
                "group-of-10",
                List.of(
                        send(bench, "a loop over the ten of " + peers + " peers", nodes, peers, "each"),
                        send(bench, "the group", nodes, peers, "group")));
        nodes.first().crowd().shrinkTo(64);
    }

    private static Way send(ClusterBench bench, String title, Nodes nodes, int peers, String how) {
        String command = how + " ten " + AT_ONCE + " 1000 " + EVENT_NOTE;
        return new Way(title, nodes, seconds -> {
            Tally tally = new Tally();
            ServerProcess server = nodes.first().server();
            Deliveries deliveries = new Deliveries(server.target(), tally);
            var clients = nodes.first().crowd().of(peers);
            bench.bench.generator.run(() -> deliveries.listen(clients));
            Figures.Reading before = nodes.reading();
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (System.nanoTime() < end) {
                BroadcastRow.send(bench.bench, List.of(server), deliveries, GROUP * AT_ONCE, command);
            }
            return Figures.between(before, nodes.reading(), bench.bench.generator.ask(tally::take));
        });
    }

    /** The heap of a node without peers for those of two others, each of whom has a user, and is in a group. */
    private static void presence(ClusterBench bench) {
        int each = 15_000;
        try (Nodes nodes = bench.fresh("presence", 3, "-Dxy.websocket.heartbeat-interval=10m")) {
            ServerProcess observer = nodes.last().server();
            nodes.places.forEach(place -> place.server().ask("open 100"));
            awaitMembers(bench, observer, 300);
            long before = observer.askNumber("heap");
            nodes.places.subList(0, 2).forEach(place -> place.server().ask("open " + each));
            awaitMembers(bench, observer, 300 + 2 * each);
            Bench.sleep(2); // frames that are kept for others
            bench.put(HEAP, (observer.askNumber("heap") - before) / (2.0 * each));
        }
    }

    private static void awaitMembers(ClusterBench bench, ServerProcess server, int count) {
        bench.bench.await("there are " + count + " members", () -> server.askNumber("members") == count, new Tally());
    }

    private static void socketIo(ClusterBench bench) {
        String missing = SocketIoNode.missing();
        if (missing != null) {
            bench.bench.say("left out, as " + missing);
            return;
        }
        bench.compare(
                "socket-io-2x1000",
                List.of(
                        broadcast(bench, ServerKind.SOCKET_IO_NODE.title, bench.socketIo(), 1000),
                        broadcast(bench, "ours", bench.cluster(2), 1000)));
    }
}
