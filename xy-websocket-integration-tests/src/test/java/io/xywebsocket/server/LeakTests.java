package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import io.xywebsocket.spring.XyEndpointCustomizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Connections that come and go in all ways leave nothing: counted, not guessed. */
@Tag("server")
class LeakTests {

    /** The promise is for ten thousand; on the second server it is the same engine. */
    private static final int CONNECTIONS = App.ON_JETTY ? 2_000 : 10_000;

    private static final List<String> TYPES = List.of(
            "io.xywebsocket.engine.Connection",
            "io.xywebsocket.engine.Outbound",
            "io.xywebsocket.engine.CallEntry",
            "io.xywebsocket.engine.EventEntry",
            "io.xywebsocket.engine.PromisedCall",
            "io.xywebsocket.engine.PendingCall$Awaited");

    /** Timers that can be counted. */
    static final class CountingClock implements XyClock {

        private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "counting-clock");
            thread.setDaemon(true);
            return thread;
        });

        CountingClock() {
            timers.setRemoveOnCancelPolicy(true);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            ScheduledFuture<?> timer = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        }

        int timers() {
            return timers.getQueue().size();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Counted {

        final AtomicInteger connected = new AtomicInteger();
        final AtomicInteger disconnected = new AtomicInteger();

        @Bean
        CountingClock clock() {
            return new CountingClock();
        }

        @Bean
        XyEndpointCustomizer countedTimers(CountingClock clock) {
            return endpoint -> endpoint.clock(clock);
        }

        @EventListener
        void on(XyConnectedEvent event) {
            connected.incrementAndGet();
        }

        @EventListener
        void on(XyDisconnectedEvent event) {
            disconnected.incrementAndGet();
        }
    }

    /** The ways in which a connection ends. */
    private enum Ending {
        CLOSE {
            @Override
            void end(RawClient client) {
                client.sendClose(1000, "bye").closing();
            }
        },
        EMPTY_CLOSE {
            @Override
            void end(RawClient client) {
                client.sendEmptyClose();
            }
        },
        VANISH {
            @Override
            void end(RawClient client) {}
        },
        RESET {
            @Override
            void end(RawClient client) {
                client.reset();
            }
        },
        NO_JSON {
            @Override
            void end(RawClient client) {
                client.send("no json").closing();
            }
        },
        BINARY {
            @Override
            void end(RawClient client) {
                client.frame(0x80 | RawClient.BINARY, new byte[10]);
            }
        },
        MID_FRAME {
            @Override
            void end(RawClient client) {
                client.raw(Arrays.copyOf(new byte[] {(byte) 0x81, (byte) 0xfe, 1, 0, 1, 2, 3, 4}, 20));
            }
        },
        MID_FRAGMENTS {
            @Override
            void end(RawClient client) {
                client.frame(RawClient.TEXT, "{\"e\":\"e.no".getBytes(StandardCharsets.UTF_8));
            }
        },
        MID_CALL_OF_THE_SERVER {
            @Override
            void end(RawClient client) {
                client.call("ask", "1").next();
            }
        },
        UNREAD_ANSWER {
            @Override
            void end(RawClient client) {
                client.event("note", "\"n\"").call("echo", "1");
            }
        },
        BY_THE_SERVER {
            @Override
            void end(RawClient client) {
                client.call("hangUp", "1").closing();
            }
        };

        abstract void end(RawClient client);
    }

    static class HangsUp {

        @XyRpc
        void hangUp(XyPeer peer) {
            peer.call("never answered", String.class);
            peer.close();
        }
    }

    /** What an application sets it to outlives it. */
    @AfterEach
    void logAgain() {
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel("io.xywebsocket", null);
    }

    /** Applications that Spring keeps for other tests in this JVM may have some of their own. */
    private static Map<String, Integer> instances() {
        return TYPES.stream().collect(Collectors.toMap(type -> type, Instances::of));
    }

    @Test
    @Timeout(180)
    void leaveNothing() throws Exception {
        Map<String, Integer> before = instances();
        try (App app =
                App.with("logging.level.io.xywebsocket=error").start(Functions.class, HangsUp.class, Counted.class)) {
            open(app, 100);
            await().until(() -> app.endpoint().statistics().peers() == 0);

            open(app, CONNECTIONS);

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> app.endpoint().statistics().peers() == 0);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> app.endpoint().statistics().closing() == 0);
            assertThat(app.endpoint().statistics().pendingCalls()).isZero();
            assertThat(app.endpoint().statistics().connections()).isEqualTo(CONNECTIONS + 100);
            await().until(() -> app.bean(Counted.class).disconnected.get() == CONNECTIONS + 100);
            assertThat(app.bean(Counted.class).connected).hasValue(CONNECTIONS + 100);
            await().untilAsserted(() ->
                    assertThat(app.bean(CountingClock.class).timers()).isZero());
            await().untilAsserted(() -> assertThat(busyThreads()).isEmpty());
            app.lifeCycle().forget();
            for (String type : TYPES) {
                await().untilAsserted(() ->
                        assertThat(Instances.of(type)).as(type).isLessThanOrEqualTo(before.get(type) + 2));
            }
        }
    }

    private static void open(App app, int count) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            CompletableFuture<?>[] all = IntStream.range(0, count)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                RawClient client = app.connect();
                                Ending.values()[i % Ending.values().length].end(client);
                                client.vanish();
                            },
                            pool))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).get(150, TimeUnit.SECONDS);
        } finally {
            pool.shutdown();
        }
    }

    /** Threads of ours that do not wait for work. */
    private static List<String> busyThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("xy-"))
                .filter(thread -> Arrays.stream(thread.getValue())
                        .noneMatch(frame -> frame.getMethodName().equals("nextTask")
                                || frame.getMethodName().equals("getTask")))
                .map(thread -> thread.getKey() + " " + Arrays.toString(thread.getValue()))
                .toList();
    }
}
