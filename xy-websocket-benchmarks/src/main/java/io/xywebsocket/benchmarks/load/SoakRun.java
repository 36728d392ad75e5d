package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Generator;
import io.xywebsocket.benchmarks.load.generator.Residents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Two thousand peers that come, go, call, are called and misbehave, for half an hour or as long as one likes; see
 * docs/reliability.md. Fails if anything that should stay flat grows, or if a peer that behaves notices anything.
 */
final class SoakRun {

    private static final String USAGE =
            "--minutes=30  --peers=2000  --seed=NUMBER  --docs=DIRECTORY  writes reliability.svg";
    private static final int WARM_UP = 15;
    private static final int SETTLING = 10;
    private static final int LEAVING = 60;

    /** Threads that have nothing to do end after half a minute. */
    private static final int RESTING = 35;

    private static final int CALLS = 2;
    private static final int NOTE = 200;

    private final ServerProcess server;
    private final Generator generator;
    private final Residents residents;
    private final long began = System.nanoTime();
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private SoakRun(ServerProcess server, Generator generator, long seed) {
        this.server = server;
        this.generator = generator;
        this.residents = new Residents(generator, server.target(), server.targetOfSmallSockets(), seed);
    }

    public static void main(String[] arguments) throws IOException {
        double minutes = 30;
        int peers = 2000;
        long seed = System.nanoTime();
        Path docs = null;
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.substring(0, argument.length() - value.length())) {
                case "--minutes=" -> minutes = Double.parseDouble(value);
                case "--peers=" -> peers = Integer.parseInt(value);
                case "--seed=" -> seed = Long.parseLong(value);
                case "--docs=" -> docs = Path.of(value);
                default -> {
                    System.err.println("Unknown: " + argument + "\n" + USAGE);
                    System.exit(2);
                }
            }
        }
        System.out.println("seed " + seed);
        try (ServerProcess server = ServerProcess.start(ServerKind.XY_SOAK, Options.parse());
                Generator generator = new Generator()) {
            SoakRun soak = new SoakRun(server, generator, seed);
            soak.run(peers, 60 * minutes);
            if (docs != null) {
                Files.writeString(docs.resolve("reliability.svg"), SoakChart.of(soak.samples));
            }
            soak.faults.forEach(fault -> System.out.println("FAULT: " + fault));
            System.out.println(soak.faults.isEmpty() ? "passed" : "failed");
            System.exit(soak.faults.isEmpty() ? 0 : 1);
        }
    }

    private void run(int peers, double seconds) {
        generator.everyMillisecond(residents);
        server.ask("call " + CALLS + " " + NOTE);
        live(peers, WARM_UP);
        Sample before = everybodyLeaves();
        live(peers, SETTLING);
        double each = Math.max(5, seconds / 120);
        for (double second = 0; second < seconds; second += each) {
            live(peers, Math.min(each, seconds - second));
            samples.add(look());
        }
        checkGrowth();
        checkRest(before, everybodyLeaves());
        checkPeople();
    }

    private void live(int peers, double seconds) {
        generator.run(() -> residents.become(peers));
        Bench.sleep(seconds);
    }

    private Sample look() {
        Sample now = Sample.of(server, (System.nanoTime() - began) / 1e9);
        Residents.Chronicle people = generator.ask(residents::chronicle);
        System.out.printf(
                Locale.ROOT,
                "%6.0f s  heap %5.1f MB  ours %5.0f KB  %,6d entries  %3d threads  %4d files  %4d peers, %d closing, %d pending; %,d have come, %,d answers, answered %,d%n",
                now.second(),
                now.heap() / 1048576.0,
                now.own() / 1024.0,
                now.entries(),
                now.threads(),
                now.files(),
                now.peers(),
                now.closing(),
                now.pending(),
                people.come(),
                people.answers(),
                people.answered());
        return now;
    }

    /** Peers that are gone on their side may still be waited for on the server's: so long as a heartbeat, or a write. */
    private Sample everybodyLeaves() {
        generator.run(() -> residents.become(0));
        Sample now = look();
        for (int i = 0; i < LEAVING && !now.isEmpty(); i++) {
            Bench.sleep(1);
            now = look();
        }
        if (!now.isEmpty()) {
            faults.add("a minute after everybody had left there were " + now);
        }
        Bench.sleep(RESTING);
        return look();
    }

    private void checkGrowth() {
        grown("heap", sample -> sample.heap() / 1048576.0, 1.15, 4);
        grown("our own KB", sample -> sample.own() / 1024.0, 1.5, 4096); // which floods are waiting is chance
        grown("entries of maps", Sample::entries, 1.25, 2000);
        grown("threads", Sample::threads, 1.6, 16); // in the first minutes the pool still grows towards its maximum
        grown("files", Sample::files, 1.25, 50);
    }

    /** Compares the last third with the first. */
    private void grown(String what, ToDoubleFunction<Sample> figure, double times, double plus) {
        int third = samples.size() / 3;
        double first = mean(samples.subList(0, third), figure);
        double last = mean(samples.subList(samples.size() - third, samples.size()), figure);
        if (!(last <= first * times + plus)) {
            faults.add(String.format(Locale.ROOT, "%s has grown from %.1f to %.1f", what, first, last));
        }
    }

    private static double mean(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }

    private void checkRest(Sample before, Sample after) {
        left("MB of heap", before.heap() / 1048576.0, after.heap() / 1048576.0, 4);
        left("KB of our own", before.own() / 1024.0, after.own() / 1024.0, 64);
        left("entries of maps", before.entries(), after.entries(), 500);
        left("threads", before.threads(), after.threads(), 8);
        left("files", before.files(), after.files(), 8);
    }

    private void left(String what, double before, double after, double plus) {
        if (after > before + plus) {
            faults.add(String.format(Locale.ROOT, "with nobody there: %.1f %s, before %.1f", after, what, before));
        }
    }

    private void checkPeople() {
        Residents.Chronicle people = generator.ask(residents::chronicle);
        people.faults().forEach((what, times) -> faults.add(what + ": " + times + " times"));
        if (people.answers() == 0 || people.answered() == 0) {
            faults.add("nobody called or was called");
        }
        long wrong = server.askNumber("stop");
        if (wrong > 0) {
            faults.add("calls of the server that failed in a way they must not: " + wrong);
        }
    }
}
