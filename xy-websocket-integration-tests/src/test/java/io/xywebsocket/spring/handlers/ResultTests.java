package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyRpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ResultTests {

    private final Handlers handlers = Handlers.of(Functions.class);

    @AfterEach
    void close() {
        handlers.close();
    }

    @Component
    static class Functions {
        static final AtomicBoolean cancelled = new AtomicBoolean();

        static final CompletableFuture<Void> endless = new XyCancellableFuture<>();

        @XyRpc
        CompletableFuture<Void> neverEnds() {
            return endless;
        }

        @XyRpc
        String value() {
            return "v";
        }

        @XyRpc
        @Nullable
        String nothing() {
            return null;
        }

        @XyRpc
        void none() {}

        @XyRpc
        @Nullable
        Void boxedNone() {
            return null;
        }

        @XyRpc
        XyPayload payload() {
            return XyPayload.none();
        }

        @XyRpc
        CompletionStage<String> stage() {
            return CompletableFuture.completedFuture("s");
        }

        @XyRpc
        CompletableFuture<Void> emptyStage() {
            return CompletableFuture.completedFuture(null);
        }

        @XyRpc
        CompletableFuture<String> nullStage() {
            return CompletableFuture.completedFuture(null);
        }

        @XyRpc
        Mono<String> mono() {
            return Mono.just("m");
        }

        @XyRpc
        Mono<String> emptyMono() {
            return Mono.empty();
        }

        @XyRpc
        Mono<Void> voidMono() {
            return Mono.empty();
        }

        @XyRpc
        @Nullable
        Mono<Void> missingMono() {
            return null;
        }

        @XyRpc
        Flux<Integer> flux() {
            return Flux.range(1, 3);
        }

        @XyRpc
        Publisher<Integer> emptyPublisher() {
            return Flux.empty();
        }

        @XyRpc
        Mono<String> failing() {
            return Mono.error(new IllegalStateException("itself"));
        }

        @XyRpc
        Mono<String> never() {
            return Mono.<String>never().doOnCancel(() -> cancelled.set(true));
        }

        @XyRpc
        Object undeclaredMono() {
            return Mono.just("u");
        }

        @XyRpc
        Object undeclaredValue() {
            return List.of(1);
        }
    }

    @Test
    void answersWithTheValue() throws Exception {
        assertThat(handlers.call("value")).isEqualTo("v");
        assertThat(handlers.call("nothing")).isNull();
        assertThat(handlers.call("undeclaredValue")).isEqualTo(List.of(1));
    }

    @Test
    void answersWithoutAPayloadWhereTheMethodHasNoResult() throws Exception {
        assertThat(handlers.call("none")).isSameAs(XyPayload.none());
        assertThat(handlers.call("boxedNone")).isSameAs(XyPayload.none());
        assertThat(handlers.call("payload")).isSameAs(XyPayload.none());
        assertThat(handlers.call("missingMono")).isSameAs(XyPayload.none());
        assertThat(stage("emptyStage")).isCompletedWithValue(XyPayload.none());
        assertThat(stage("voidMono")).isCompletedWithValue(XyPayload.none());
    }

    @Test
    void awaitsStages() throws Exception {
        assertThat(stage("stage")).isCompletedWithValue("s");
        assertThat(stage("nullStage")).isCompletedWithValue(null);
    }

    @Test
    void awaitsWhatSpringsReactiveAdaptersKnow() throws Exception {
        assertThat(stage("mono")).isCompletedWithValue("m");
        assertThat(stage("emptyMono")).isCompletedWithValue(null);
        assertThat(stage("flux"))
                .isCompletedWithValueMatching(value -> json(value).equals("[1,2,3]"));
        assertThat(stage("emptyPublisher"))
                .isCompletedWithValueMatching(value -> json(value).equals("[]"));
        assertThat(stage("undeclaredMono")).isCompletedWithValue("u");
    }

    @Test
    void failsWithThePublishersError() throws Exception {
        assertThat(stage("failing"))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseExactlyInstanceOf(IllegalStateException.class)
                .withMessageContaining("itself");
    }

    @Test
    void cancelsThePublisherWhenNobodyWaitsAnyMore() throws Exception {
        Functions.cancelled.set(false);
        stage("never").cancel(false);
        assertThat(Functions.cancelled).isTrue();
    }

    @Test
    void cancelsTheStageOfAMethodWithoutAResultWhenNobodyWaitsAnyMore() throws Exception {
        stage("neverEnds").cancel(false);
        assertThat(Functions.endless).isCancelled();
    }

    private static String json(Object payload) {
        return ((XyPayload) payload).json();
    }

    @SuppressWarnings("unchecked")
    private CompletableFuture<Object> stage(String function) throws Exception {
        return (CompletableFuture<Object>) handlers.call(function);
    }
}
