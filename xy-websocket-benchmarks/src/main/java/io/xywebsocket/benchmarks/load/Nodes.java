package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Connection;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Servers that pass events on to each other, counted as one; or a single server. Used by the runner's thread. */
final class Nodes implements AutoCloseable {

    final List<Bench.Place> places;
    private final @Nullable RedisProcess redis;

    Nodes(Bench.Place only) {
        this(List.of(only), null);
    }

    /** @param redis is counted too; null for none */
    Nodes(List<Bench.Place> places, @Nullable RedisProcess redis) {
        this.places = places;
        this.redis = redis;
    }

    Bench.Place first() {
        return places.get(0);
    }

    /** Those that have to send an event so that it reaches everybody. */
    List<ServerProcess> senders() {
        return redis == null ? places.stream().map(Bench.Place::server).toList() : List.of(first().server());
    }

    /** The last node, and the first if there is only one. */
    Bench.Place last() {
        return places.get(places.size() - 1);
    }

    /** The first one as if it were alone. */
    Nodes firstOnly() {
        return new Nodes(first());
    }

    /** Those that are left when one has gone. */
    Nodes without(Bench.Place gone) {
        return new Nodes(places.stream().filter(place -> place != gone).toList(), redis);
    }

    /** The CPU of all processes so far, also asked on other threads. */
    Usage usage() {
        Usage servers = places.stream()
                .map(place -> place.server().usage())
                .reduce(Usage::plus)
                .orElseThrow();
        return redis == null ? servers : servers.plus(redis.usage());
    }

    /** The CPU and the bytes that all processes have used so far. */
    Figures.Reading reading() {
        Figures.Reading servers = places.stream()
                .map(place -> Figures.Reading.of(place.server()))
                .reduce(Figures.Reading::plus)
                .orElseThrow();
        return redis == null ? servers : servers.plus(new Figures.Reading(redis.usage(), 0));
    }

    /** Has so many clients at each node, and waits until every node knows of all of them. */
    List<Connection> connect(Bench bench, int each) {
        List<Connection> all = new ArrayList<>();
        for (Bench.Place place : places) {
            all.addAll(place.crowd().of(each));
            place.crowd().shrinkTo(each);
        }
        places.forEach(place -> bench.awaitPeers(place.server(), each));
        if (redis != null) {
            places.forEach(place -> bench.await(
                    place.server().kind + " knows of " + all.size() + " members",
                    () -> place.server().askNumber("members") == all.size(),
                    new Tally()));
        }
        return all;
    }

    @Override
    public void close() {
        places.forEach(place -> {
            place.crowd().close();
            place.server().close();
        });
    }
}
