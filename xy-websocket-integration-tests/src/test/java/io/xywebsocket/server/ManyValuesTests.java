package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyRpc;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Results of many values, some of them without an end, of callers that say nothing of how long they wait. */
@Tag("server")
@Timeout(60)
class ManyValuesTests {

    private static final int MOST = 100_000;

    private static App app;

    static class Sources {

        static final List<String> seen = new CopyOnWriteArrayList<>();
        static final Sinks.One<String> saved = Sinks.one();

        private static <T> Flux<T> watched(String name, Flux<T> flux) {
            return flux.doOnSubscribe(subscription -> seen.add(name + " begun"))
                    .doOnCancel(() -> seen.add(name + " cancelled"));
        }

        @XyRpc
        Flux<String> endless() {
            return watched("endless", Flux.generate(sink -> sink.next("x".repeat(1000))));
        }

        @XyRpc
        Flux<String> pushed() {
            return watched("pushed", Flux.<String>create(sink -> {
                while (!sink.isCancelled()) {
                    sink.next("x".repeat(1000));
                }
            }));
        }

        @XyRpc
        Object undeclared() {
            return endless();
        }

        @XyRpc
        Flux<String> oneThatIsTooLarge() {
            return watched("oneThatIsTooLarge", Flux.just("x".repeat(MOST)).concatWith(Flux.never()));
        }

        @XyRpc
        Flow.Publisher<Integer> deaf() {
            return subscriber -> subscriber.onSubscribe(new Deaf(subscriber));
        }

        @XyRpc
        Stream<String> stream() {
            return Stream.generate(() -> "x".repeat(1000)).onClose(() -> seen.add("stream closed"));
        }

        @XyRpc
        Iterable<String> iterable() {
            return () -> Stream.generate(() -> "again").iterator();
        }

        @XyRpc
        Iterator<String> iterator() {
            return iterable().iterator();
        }

        @XyRpc
        CompletableFuture<Map<String, Iterable<String>>> within() {
            return CompletableFuture.supplyAsync(() -> Map.of("all", iterable()));
        }

        @XyRpc
        Flux<Long> ticks() {
            return watched("ticks", Flux.interval(Duration.ofMillis(5)));
        }

        @XyRpc
        Flux<Void> silent() {
            return watched("silent", Flux.<Void>never());
        }

        @XyRpc
        Mono<String> save() {
            return saved.asMono()
                    .doOnSubscribe(subscription -> seen.add("save begun"))
                    .doOnCancel(() -> seen.add("save cancelled"))
                    .doOnSuccess(value -> seen.add(value));
        }

        @XyEvent
        Flux<Long> hear() {
            return watched("hear", Flux.interval(Duration.ofMillis(5)));
        }

        @XyRpc
        Flux<Integer> range() {
            return watched("range", Flux.range(1, 1000));
        }

        @XyRpc
        Flux<String> none() {
            return Flux.empty();
        }

        @XyRpc
        Flux<XyPayload> payloads() {
            return Flux.just(XyPayload.ofJson("{\"a\":[1]}", XyJson.plain()), XyPayload.none());
        }

        @XyRpc
        Flux<String> fails() {
            return Flux.just("one", "two").concatWith(Flux.error(new IllegalStateException("after two")));
        }

        @XyRpc
        Flux<Object> unserialisable() {
            return watched(
                    "unserialisable",
                    Flux.just(
                            1,
                            new Object() {
                                @SuppressWarnings("unused")
                                public String getName() {
                                    throw new IllegalStateException("no name");
                                }
                            },
                            2));
        }

        /** Goes on for as long as it is asked to, whether it has been cancelled or not. */
        private static final class Deaf implements Flow.Subscription {
            private final Flow.Subscriber<? super Integer> subscriber;
            private long wanted;
            private boolean running;

            Deaf(Flow.Subscriber<? super Integer> subscriber) {
                this.subscriber = subscriber;
            }

            @Override
            public void request(long n) {
                wanted += n;
                if (!running) {
                    running = true;
                    while (wanted-- > 0) {
                        subscriber.onNext(1_000_000_000);
                    }
                    seen.add("deaf has given all that was wanted");
                }
            }

            @Override
            public void cancel() {
                seen.add("deaf cancelled");
            }
        }
    }

    @BeforeAll
    static void start() {
        app = App.with("xy.websocket.max-message-size=" + MOST + "B", "xy.websocket.send-buffer-size=50000B")
                .start(Sources.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void forget() {
        Sources.seen.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"endless", "pushed", "oneThatIsTooLarge"})
    void areRejectedWith413WhereTheyAreLargerThanAMessageMayBe(String function) {
        try (RawClient client = app.connect()) {
            assertThat(client.call(function, "null").next())
                    .contains("reject." + function)
                    .contains("\"status\":413");
            assertThat(Sources.seen).containsExactly(function + " begun", function + " cancelled");
        }
    }

    @Test
    void areTakenInPortionsFromAPublisherThatDoesNotHeedItsCancellation() {
        try (RawClient client = app.connect()) {
            assertThat(client.call("deaf", "null").next()).contains("\"status\":413");
            assertThat(Sources.seen).containsExactly("deaf cancelled", "deaf has given all that was wanted");
        }
    }

    @Test
    void areKnownByWhatIsReturnedWhereNothingIsDeclared() {
        try (RawClient client = app.connect()) {
            assertThat(client.call("undeclared", "null").next()).contains("\"status\":413");
            assertThat(Sources.seen).containsExactly("endless begun", "endless cancelled");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "iterable", "iterator", "within"})
    void areRejectedWith413WhereSomethingElseHasNoEnd(String function) {
        try (RawClient client = app.connect()) {
            assertThat(client.call(function, "null").next())
                    .contains("reject." + function)
                    .contains("\"status\":413");
            if (function.equals("stream")) {
                assertThat(Sources.seen).containsExactly("stream closed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ticks", "silent"})
    void areCancelledWhenTheirCallerGoes(String function) {
        RawClient client = app.connect();
        client.call(function, "null");
        await().until(() -> Sources.seen.contains(function + " begun"));
        client.vanish();
        await().until(() -> Sources.seen.contains(function + " cancelled"));
    }

    @Test
    void areCancelledWhenTheirCallerIsClosedAndNotWhenAnotherIs() {
        try (RawClient client = app.connect()) {
            client.call("silent", "null");
            await().until(() -> Sources.seen.contains("silent begun"));
            app.connect().close();
            assertThat(client.call("none", "null").next()).endsWith("\"p\":[]}");
            assertThat(Sources.seen).doesNotContain("silent cancelled");
            app.endpoint().peers().forEach(peer -> peer.close(4000, "enough"));
            await().until(() -> Sources.seen.contains("silent cancelled"));
        }
    }

    @Test
    void ofAListenerAreCancelledWhenTheSenderGoes() {
        RawClient client = app.connect();
        client.event("hear", "null");
        await().until(() -> Sources.seen.contains("hear begun"));
        client.vanish();
        await().until(() -> Sources.seen.contains("hear cancelled"));
    }

    @Test
    void aSingleOneIsFinishedThoughItsCallerHasGone() {
        RawClient client = app.connect();
        client.call("save", "null");
        await().until(() -> Sources.seen.contains("save begun"));
        client.vanish();
        await().until(() -> app.endpoint().peers().size() == 0);
        Sources.saved.tryEmitValue("saved");
        await().until(() -> Sources.seen.contains("saved"));
        assertThat(Sources.seen).doesNotContain("save cancelled");
    }

    @Test
    void areAListOfWhatCame() {
        try (RawClient client = app.connect()) {
            String answer = client.call("range", "null").next();
            assertThat(Json.payload(answer)).hasSize(1000);
            assertThat(answer).contains("\"p\":[1,2,3,").endsWith(",999,1000]}");
            assertThat(client.call("none", "null").next()).endsWith("\"p\":[]}");
            assertThat(client.call("payloads", "null").next()).endsWith("\"p\":[{\"a\":[1]},null]}");
            assertThat(Sources.seen).containsExactly("range begun");
        }
    }

    @Test
    void areRejectedIfTheyFailInTheMiddle() {
        try (RawClient client = app.connect()) {
            assertThat(client.call("fails", "null").next())
                    .contains("reject.fails")
                    .contains("\"status\":500");
            assertThat(client.call("unserialisable", "null").next())
                    .contains("reject.unserialisable")
                    .contains("\"status\":500");
            assertThat(Sources.seen).containsExactly("unserialisable begun", "unserialisable cancelled");
        }
    }
}
