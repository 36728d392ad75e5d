package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;
import io.xywebsocket.benchmarks.load.generator.Crowd;
import io.xywebsocket.benchmarks.load.generator.Generator;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The generator, the servers, the results: all that rows share. Used by the runner's thread. */
final class Bench implements AutoCloseable {

    /** A server that runs, and its clients. */
    record Place(ServerProcess server, Crowd crowd) {}

    final Options options;
    final Generator generator = new Generator();
    final Results results = new Results();
    private final Map<ServerKind, Place> places = new EnumMap<>(ServerKind.class);
    private final long began = System.nanoTime();

    Bench(Options options) {
        this.options = options;
    }

    /** Those of the servers that were asked for. The earlier build of ours is beside ours. */
    List<ServerKind> wanted(ServerKind... kinds) {
        return Stream.of(kinds)
                .flatMap(kind -> kind == ServerKind.XY_TOMCAT ? Stream.of(kind, ServerKind.XY_BEFORE) : Stream.of(kind))
                .filter(options::wants)
                .toList();
    }

    /** The same, started, all at once, and warmed up, one after the other. */
    List<Place> places(ServerKind... kinds) {
        List<ServerKind> wanted = wanted(kinds);
        List<ServerProcess> starting = wanted.stream()
                .filter(kind -> !places.containsKey(kind))
                .map(this::fresh)
                .toList();
        List<Place> started = starting.stream()
                .map(server -> new Place(server, new Crowd(generator, server.target())))
                .toList();
        started.forEach(place -> places.put(place.server().kind, place));
        started.forEach(this::warmUp);
        return wanted.stream().map(places::get).toList();
    }

    void warmUp(Place place) {
        say("warming up " + place.server().kind.title);
        load(place, 64, Payloads.calls(16, true), options.warmup() * 2 / 3, 0);
        load(place, 64, Payloads.calls(1, true), options.warmup() / 3, 0);
    }

    /** A server that no other row uses; whoever asks ends it. */
    ServerProcess fresh(ServerKind kind, String... jvm) {
        return ServerProcess.start(kind, options, jvm);
    }

    /** Has so many clients call for a while; returns what was seen after the start. */
    Figures load(Place place, int connections, Calls.Shape shape, double start, double seconds) {
        Tally tally = new Tally();
        Calls calls = new Calls(shape, place.crowd().target(), tally);
        var clients = place.crowd().of(connections);
        generator.run(() -> calls.start(clients));
        sleep(start);
        Figures figures = measure(place.server(), tally, seconds);
        generator.run(calls::stop);
        await(place.server().kind + ": every call is answered", () -> generator.ask(tally::outstanding) == 0, tally);
        return figures;
    }

    /** What is counted in the time to come. */
    Figures measure(ServerProcess server, Tally tally, double seconds) {
        Figures.Reading before = Figures.Reading.of(server);
        generator.ask(tally::take);
        sleep(seconds);
        Tally.Count count = generator.ask(tally::take);
        return Figures.between(before, Figures.Reading.of(server), count);
    }

    /** Measures on each of the places in turn, round by round; what {@code once} returns before the first round is dropped. */
    void rounds(String row, List<Place> places, BiFunction<Place, Double, Figures> once) {
        for (int round = 0; round <= options.rounds(); round++) {
            for (Place place : places) {
                // the first time is for the JIT compiler to see this row's shape
                Figures figures = once.apply(place, round == 0 ? options.rehearsal() : options.seconds());
                if (round > 0) {
                    results.add(row, place.server().kind, figures);
                }
            }
        }
    }

    /** Waits until it is so, ten seconds at most, and fails if any answer was wrong. */
    void await(String what, BooleanSupplier condition, Tally tally) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()
                && generator.ask(() -> String.valueOf(tally.wrong())).equals("null")) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not so: " + what);
            }
            sleep(0.001);
        }
        String wrong = generator.ask(() -> String.valueOf(tally.wrong()));
        if (!wrong.equals("null")) {
            throw new IllegalStateException(what + ": wrong answer: " + wrong);
        }
    }

    void say(String text) {
        System.out.printf("%5.1f s  %s%n", (System.nanoTime() - began) / 1e9, text);
    }

    static void sleep(double seconds) {
        try {
            Thread.sleep((long) (seconds * 1000));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void sleepUntil(long nanoTime) {
        sleep(Math.max(0, nanoTime - System.nanoTime()) / 1e9);
    }

    /** Waits until the server knows of so many clients: a client may know before the server does. */
    void awaitPeers(ServerProcess server, int count) {
        await(server.kind + " has " + count + " peers", () -> server.askNumber("peers") == count, new Tally());
    }

    /** Ends servers that later rows don't need, to give their memory back. */
    void end(ServerKind... kinds) {
        for (ServerKind kind : kinds) {
            Place place = places.remove(kind);
            if (place != null) {
                place.crowd().close();
                place.server().close();
            }
        }
    }

    @Override
    public void close() {
        new ArrayList<>(places.keySet()).forEach(this::end);
        generator.close();
    }
}
