package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyStatistics;
import io.xywebsocket.engine.HeldPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand clients of a server that restarts. */
class ThousandClientsTests {

    private static final int CLIENTS = 1000;
    private static final int BUCKET_MILLIS = 250;

    private final HeldPort port = new HeldPort();
    private final AtomicLongArray connectedAt = new AtomicLongArray(CLIENTS);
    private final AtomicInteger retries = new AtomicInteger();

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    @Timeout(120)
    void comeBackSpreadOut() {
        try (XyClientThreads threads = XyClientThreads.create()) {
            List<XyClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(i, threads));
            }
            try (Town town = Town.at(port)) {
                long begin = System.nanoTime();
                clients.forEach(XyClient::connect);
                awaitConnected(town);
                System.out.printf("%d clients connected in %d ms%n", CLIENTS, millisSince(begin, System.nanoTime()));
                call(clients);
            }
            // so that the ceilings have grown, however fast the server starts
            await().atMost(Duration.ofSeconds(20)).until(() -> retries.get() >= 4 * CLIENTS);
            System.out.printf("without a server: %d threads%n", threads());
            try (Town town = Town.at(port)) {
                long up = System.nanoTime();
                awaitConnected(town);
                int[] histogram = histogram(up);
                print(histogram);
                assertSpread(histogram);
                call(clients);
                System.out.printf("%d failed tries of %d clients, %d threads%n", retries.get(), CLIENTS, threads());
                long begin = System.nanoTime();
                clients.parallelStream().forEach(XyClient::close);
                System.out.printf("closed in %d ms%n", millisSince(begin, System.nanoTime()));
                await().until(() -> town.statistics().peers() == 0);
            }
        }
    }

    private XyClient client(int number, XyClientThreads threads) {
        XyClient client = XyClient.builder(Town.uri(port)).threads(threads).build();
        client.handlers().register("answer", Integer.class, answer -> answer + 1);
        client.onConnected(peer -> connectedAt.set(number, System.nanoTime()));
        client.onRetrying((tries, delay, cause) -> retries.incrementAndGet());
        return client;
    }

    private static void awaitConnected(Town town) {
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            XyStatistics now = town.statistics();
            return now.peers() == CLIENTS;
        });
    }

    /** All of them work, in both directions. */
    private static void call(List<XyClient> clients) {
        clients.stream()
                .map(client -> client.withTimeout(Duration.ofSeconds(20)).call("ask", 1, Integer.class))
                .toList()
                .forEach(answer -> assertThat(answer.join()).isEqualTo(3));
    }

    private int[] histogram(long up) {
        await().until(() -> {
            for (int i = 0; i < CLIENTS; i++) {
                if (connectedAt.get(i) < up - Duration.ofSeconds(2).toNanos()) {
                    return false; // its listener hasn't been told of the second connection yet
                }
            }
            return true;
        });
        int[] histogram = new int[60];
        for (int i = 0; i < CLIENTS; i++) {
            long after = Math.max(0, millisSince(up, connectedAt.get(i)));
            histogram[(int) Math.min(histogram.length - 1, after / BUCKET_MILLIS)]++;
        }
        return histogram;
    }

    private static void print(int[] histogram) {
        System.out.println("reconnected after the server was up again, in ms:");
        int last = histogram.length - 1;
        while (last > 0 && histogram[last] == 0) {
            last--;
        }
        for (int i = 0; i <= last; i++) {
            System.out.printf("%6d %4d %s%n", i * BUCKET_MILLIS, histogram[i], "#".repeat((histogram[i] + 4) / 5));
        }
    }

    /** Loosely: how long the server is away is up to the machine. */
    private static void assertSpread(int[] histogram) {
        assertThat(Arrays.stream(histogram).sum()).isEqualTo(CLIENTS);
        assertThat(Arrays.stream(histogram).filter(count -> count > 0).count()).isGreaterThanOrEqualTo(5);
        assertThat(Arrays.stream(histogram).max().orElseThrow()).isLessThan(CLIENTS * 6 / 10);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("xy-"))
                .count();
    }

    private static long millisSince(long begin, long end) {
        return Duration.ofNanos(end - begin).toMillis();
    }
}
